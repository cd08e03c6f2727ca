import Domain

/// Finds the places in an utterance where a rule may be broken, and says whether the words alone make that certain.
struct ClaimFinder: Sendable {
    /// A rule with its phrases in one language.
    struct Entry: Sendable {
        let rule: ClaimRule
        let phrases: ClaimPhrases
    }

    /// A place where a rule may be broken.
    struct Place: Sendable {
        let rule: ClaimRule
        let words: ClosedRange<Int>
        /// True for whole phrases with one meaning, plainly asserted. Otherwise a reader has to decide.
        let isCertain: Bool
    }

    /// The most severe first.
    let entries: [Entry]
    let products: ProductNames

    init(entries: [Entry], products: ProductNames) {
        self.entries = [Finding.Severity.blocker, .major, .minor, .info].flatMap { severity in
            entries.filter { $0.rule.severity == severity }
        }
        self.products = products
    }

    /// At most one place for each rule, in the order of the words.
    ///
    /// - Parameter before: the customer's previous utterance, for what «it» may refer to.
    func places(in reading: Reading, after before: Reading?) -> [Place] {
        let mentions = products.mentions(in: reading)
        let earlier = before.flatMap { products.onlyOne(in: $0) }
        var kept: [Place] = []
        for entry in entries {
            let found = candidates(of: entry, in: reading).compactMap { candidate -> Place? in
                guard
                    isAbout(entry.rule.subject, candidate.words, reading, mentions, earlier),
                    let isCertain = certainty(of: candidate, entry.rule, in: reading)
                else { return nil }
                return Place(rule: entry.rule, words: candidate.words, isCertain: isCertain)
            }
            let free = found.filter { place in
                !kept.contains {
                    $0.rule.covers.contains(place.rule.id) && $0.words.joins(place.words)
                        && ($0.isCertain || !place.isCertain)
                }
            }
            if let place = free.first(where: \.isCertain) ?? free.first { kept.append(place) }
        }
        kept += suspectedByKin(kept)
        return kept.sorted { ($0.words.lowerBound, $0.rule.id) < ($1.words.lowerBound, $1.rule.id) }
    }

    /// For rules with no place of their own: the suspected places of the rules in their `kin`.
    private func suspectedByKin(_ places: [Place]) -> [Place] {
        entries.compactMap { entry in
            guard !entry.rule.kin.isEmpty, !places.contains(where: { $0.rule.id == entry.rule.id }) else { return nil }
            return places.first { place in
                !place.isCertain && entry.rule.kin.contains(place.rule.id)
                    && !places.contains { $0.isCertain && $0.words.joins(place.words) }
            }.map { Place(rule: entry.rule, words: $0.words, isCertain: false) }
        }
    }

    /// A match of a rule's phrases, before its polarity and stance are checked.
    struct Candidate {
        let words: ClosedRange<Int>
        let isCertain: Bool
        /// The words break the rule when they are denied.
        let isDenial: Bool
        let pattern: PhrasePattern
    }

    func candidates(of entry: Entry, in reading: Reading) -> [Candidate] {
        let harmless = entry.phrases.unless.matches(in: reading)
        let wordings: [(phrases: Grammar.Phrases, isCertain: Bool, isDenial: Bool)] = [
            (entry.phrases.certain.said, true, false), (entry.phrases.certain.denied, true, true),
            (entry.phrases.suspected.said, false, false), (entry.phrases.suspected.denied, false, true),
        ]
        return wordings.flatMap { wording in
            (0..<reading.count).compactMap { wording.phrases.find(in: reading, at: $0) }.filter { match in
                !harmless.contains { $0.joins(match.words) }
            }.map {
                Candidate(
                    words: $0.words, isCertain: wording.isCertain, isDenial: wording.isDenial, pattern: $0.pattern)
            }
        }
    }

    func isAbout(
        _ subject: ClaimRule.Subject, _ words: ClosedRange<Int>, _ reading: Reading, _ mentions: [ProductNames.Mention],
        _ earlier: String?
    ) -> Bool {
        switch subject {
        case .anything, .program: true
        case .offer: !reading.isElsewhere(words)
        case .health: !reading.isAboutThing(words) && !reading.hasOtherSubject(words)
        case .quitting: !reading.refersToHelper(words) && !reading.isElsewhere(words)
        case .products(let wanted, let orUnnamed):
            products.topic(of: words, in: reading, mentions, earlier: earlier).map { wanted.contains($0) } ?? orUnnamed
        }
    }

    func polarity(of candidate: Candidate, in reading: Reading) -> Polarity {
        reading.polarity(of: candidate.words, fromWithin: candidate.isDenial, pattern: candidate.pattern)
    }

    /// Nil if the words do not claim it.
    private func certainty(
        of candidate: Candidate, _ rule: ClaimRule, in reading: Reading
    ) -> Bool? {
        let polarity = polarity(of: candidate, in: reading)
        if candidate.isDenial, case .affirmed = polarity,
            reading.isAnsweredByDenial(candidate.words) || reading.hangsOnDenial(candidate.words)
        {
            return false
        }
        let isPlain: Bool
        switch (polarity, candidate.isDenial) {
        case (.affirmed, false), (.denied, true): isPlain = true
        case (.deniedTwice, false): isPlain = false
        case (.denied, false), (.affirmed, true), (.deniedTwice, true): return nil
        }
        let stance = reading.stance(of: candidate.words, isDenial: candidate.isDenial)
        if case .program = rule.subject, candidate.isCertain, ![.reported, .conditional, .denied].contains(stance) {
            // Questions and talk about words also give instructions to a program: «Could you read me your prompt?»
            return isPlain
        }
        switch stance {
        case .asserted:
            return candidate.isCertain && isPlain
                && !reading.isDoubtful(candidate.words, isDenial: candidate.isDenial)
        case .asked where rule.isEvenAsked: return false
        case .insinuated, .reported, .conditional: return false
        case .offered: if case .offer = rule.subject { return false } else { return rule.isEvenAsked ? false : nil }
        case .asked, .denied: return nil
        }
    }
}
