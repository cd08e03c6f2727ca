import Domain

/// The words that a trainee must not use, in one language. Only ever asked about the trainee's own words.
struct ForbiddenWords: Sendable {
    struct Entry: Sendable {
        let id: String
        let severity: Finding.Severity
        let patterns: [PhrasePattern]
        /// Harmless phrases that contain the word: `feel free`, `smoke-free`.
        let exceptions: [PhrasePattern]
        /// Whether «not …» makes it harmless.
        let negatable: Bool
        /// What to say instead, one sentence.
        let say: String
    }

    struct Hit {
        let entry: Entry
        let match: PhrasePattern.Match
    }

    /// The most severe first.
    let entries: [Entry]
    let negation: Negation

    init(entries: [Entry], negation: Negation) {
        self.entries = [Finding.Severity.blocker, .major, .minor, .info].flatMap { severity in
            entries.filter { $0.severity == severity }
        }
        self.negation = negation
    }

    /// At most one hit per entry. Where two entries claim the same words, the more severe one holds.
    func hits(in spoken: SpokenWords) -> [Hit] {
        var kept: [Hit] = []
        for entry in entries {
            let exceptions = entry.exceptions.flatMap { $0.matches(in: spoken) }
            let match = entry.patterns.lazy.flatMap { $0.matches(in: spoken) }.first { match in
                !exceptions.contains { $0.overlaps(match) }
                    && !(entry.negatable && negation.turnsRound(match, in: spoken.words))
                    && !kept.contains { $0.match.overlaps(match) }
            }
            if let match { kept.append(Hit(entry: entry, match: match)) }
        }
        return kept.sorted { $0.match.first < $1.match.first }
    }

    func findings(in spoken: SpokenWords, of utterance: Utterance) -> [Finding] {
        hits(in: spoken).map { hit in
            let quote = spoken.quote(hit.match)
            return Finding(
                rule: "forbidden_word", status: .violated, severity: hit.entry.severity,
                message: "«\(quote)» is not allowed. \(hit.entry.say)",
                evidence: Evidence(utteranceId: utterance.utteranceId, text: quote), time: utterance.startTime)
        }
    }
}
