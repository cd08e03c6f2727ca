import Domain

/// Finds attempts to talk to the model behind the customer instead of to the customer, in all languages at once: an
/// attempt need not be in the language of the session.
struct ManipulationFinder: Sendable {
    /// Maximum number of strings examined in an event. The size of a client's JSON is limited before it gets here.
    private static let mostStrings = 200

    struct Place: Sendable {
        /// The entry of `manipulation.yaml`; nil for markers and hidden characters, which no speech contains.
        let rule: ClaimRule?
        /// Empty for hidden characters.
        let quote: String
        let isCertain: Bool
    }

    let finders: [(grammar: Grammar, claims: ClaimFinder)]
    /// In lower case.
    let markers: [String]

    /// The first certain place, else the first suspected one; nil if there is none.
    func place(in text: String) -> Place? {
        let cleaned = SpokenText.cleaned(text)
        let folded = cleaned.lowercased()
        if let marker = markers.first(where: { folded.contains($0) }) {
            return Place(rule: nil, quote: marker, isCertain: true)
        }
        if SpokenText.hidesSomething(text) { return Place(rule: nil, quote: "", isCertain: true) }
        let places = finders.lazy.compactMap { grammar, claims -> Place? in
            let reading = Reading(cleaned, grammar: grammar)
            let places = claims.places(in: reading, after: nil)
            return (places.first(where: \.isCertain) ?? places.first).map {
                Place(rule: $0.rule, quote: reading.spoken.quote($0.words), isCertain: $0.isCertain)
            }
        }
        var suspected: Place?
        for place in places {
            if place.isCertain { return place }
            suspected = suspected ?? place
        }
        return suspected
    }

    func place(in event: SessionEvent) -> Place? {
        Self.strings(in: event.data).lazy.compactMap { place(in: $0) }.first
    }

    private static func strings(in value: JSONValue) -> [String] {
        var waiting = [value]
        var found: [String] = []
        while let next = waiting.popLast(), found.count < mostStrings {
            switch next {
            case .string(let text): found.append(text)
            case .array(let items): waiting.append(contentsOf: items)
            case .object(let members): waiting.append(contentsOf: members.values)
            case .null, .bool, .integer, .large, .number: break
            }
        }
        return found
    }
}
