import OpenAI

/// A reader's answer about the places. Nothing in it has been checked.
struct ReviewAnswer: Decodable, Sendable {
    struct Reading: Decodable, Sendable {
        var quote: String
        var meaning: String
    }

    struct Further: Decodable, Sendable {
        var utteranceId: String
        var quote: String
        var ruleId: String
        var meaning: String
    }

    var places: [String: Reading]
    var further: [Further]

    static func schema(places: [String], rules: [String]) -> JSONSchema {
        let meaning = JSONSchema.choice(Meaning.allCases.map(\.rawValue))
        let reading = JSONSchema.object([
            .init("quote", .string("the words that decide it, copied exactly from that utterance")),
            .init("meaning", meaning),
        ])
        let further = JSONSchema.object([
            .init("utteranceId", .string("an utterance of the trainee")),
            .init("quote", .string("the words that break the rule, copied exactly from that utterance")),
            .init("ruleId", .choice(rules)),
            .init("meaning", meaning),
        ])
        return .object([
            .init("places", .object(places.map { .init($0, reading) })),
            .init("further", .array(of: further, "places that are not in the list and break a rule; mostly none")),
        ])
    }
}
