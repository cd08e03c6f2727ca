import Domain

/// Attempts to talk to the model behind the customer instead of to the customer. In every language at once: whoever
/// tries it does not keep to the language of the session.
///
/// A finding for a person to look at. It changes no score by itself.
struct InjectionPatterns: Sendable {
    /// How many strings of an event are examined; a client's JSON is bounded before it comes here.
    static let mostStrings = 200

    let phrases: [PhrasePattern]
    /// Literal character sequences that no speech contains: fake turns, closing tags, a model's control tokens.
    let markers: [String]

    /// The words that give it away, verbatim; nil when there are none.
    func suspect(in text: String) -> String? {
        let spoken = SpokenWords(SpokenText.cleaned(text))
        if let match = phrases.lazy.compactMap({ $0.matches(in: spoken).first }).first { return spoken.quote(match) }
        let folded = spoken.text.lowercased()
        if let marker = markers.first(where: { folded.contains($0) }) { return marker }
        return SpokenText.hidesSomething(text) ? "" : nil
    }

    func finding(in utterance: Utterance) -> Finding? {
        guard let words = suspect(in: utterance.text) else { return nil }
        return finding(
            of: words, evidence: Evidence(utteranceId: utterance.utteranceId, text: words.isEmpty ? nil : words),
            time: utterance.startTime)
    }

    func finding(in event: SessionEvent) -> Finding? {
        guard let words = Self.strings(in: event.data).lazy.compactMap({ self.suspect(in: $0) }).first else {
            return nil
        }
        return finding(
            of: words, evidence: Evidence(eventId: event.eventId, text: words.isEmpty ? nil : words), time: event.time)
    }

    private func finding(of words: String, evidence: Evidence, time: Double) -> Finding {
        let what = words.isEmpty ? "Characters that a reader cannot see look" : "«\(words)» looks"
        return Finding(
            rule: "injection_suspected", status: .violated, severity: .info,
            message: "\(what) like an instruction to the system, not like something said to a customer.",
            evidence: evidence, time: time)
    }

    private static func strings(in value: JSONValue) -> [String] {
        var waiting = [value]
        var found: [String] = []
        while let next = waiting.popLast(), found.count < mostStrings {
            switch next {
            case .string(let text): found.append(text)
            case .array(let items): waiting.append(contentsOf: items)
            case .object(let members): waiting.append(contentsOf: members.values)
            case .null, .bool, .integer, .number: break
            }
        }
        return found
    }
}
