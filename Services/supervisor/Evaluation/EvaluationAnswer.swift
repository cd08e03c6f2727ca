import Domain
import OpenAI

/// The model's proposal. Decoded leniently where a value can be corrected; nothing in it has been checked.
struct EvaluationAnswer: Decodable, Sendable {
    struct Step: Decodable, Sendable {
        var status: String
        var utteranceId: String?
        var quote: String?
    }

    var salesSteps: [String: Step]
    var attitude: Int
    var shouldEnd: Bool
    var outcome: String?
    var guidance: String
    /// Asked for only in a session with hints.
    var hint: String?
    /// The attitude that the customer's latest words show.
    var shownAttitude: Int?
    var outOfRole: String?
    var claims: [String]?
    var questionsOpen: [String]?
    var objectionsAnswered: [String]?

    /// The steps come first: a model that has looked for evidence judges the attitude better.
    ///
    /// - Parameter hints: whether to ask for a hint.
    static func schema(steps: [String], hints: Bool = false) -> JSONSchema {
        let step = JSONSchema.object([
            .init("utteranceId", .optional(.string("the trainee's utterance that shows it best; null when none does"))),
            .init("quote", .optional(.string("words copied exactly from that utterance, at least two"))),
            .init("status", .choice(SalesStepResult.Status.allCases.map(\.rawValue))),
        ])
        let members: [JSONSchema.Property] = [
            .init("salesSteps", .object(steps.map { .init($0, step) })),
            .init("attitude", .integer(Attitude.range, "the customer's attitude now")),
            .init("shouldEnd", .boolean("whether the conversation is over in fact")),
            .init(
                "outcome",
                .optional(.choice(Outcome.allCases.map(\.rawValue), "only with shouldEnd; null otherwise"))),
            .init("shownAttitude", .integer(Attitude.range, "the attitude that the customer's latest words show")),
            .init(
                "outOfRole",
                .optional(
                    .choice(
                        RoleLapse.Kind.grave.map(\.rawValue),
                        "how the customer's latest words do not fit a customer; null when they do"))),
            .init("claims", entries("what the trainee has claimed about the products so far")),
            .init("questionsOpen", entries("what the customer has asked and was not told")),
            .init("objectionsAnswered", entries("objections of the customer that the trainee has answered")),
            .init("guidance", .string("for the customer's next turn, at most 300 characters, no words of the trainee")),
        ]
        let hint = JSONSchema.Property(
            "hint",
            .optional(
                .string("one line of advice to the trainee, at most \(Hint.longest) characters; null when none helps")))
        return .object(hints ? members + [hint] : members)
    }

    private static func entries(_ what: String) -> JSONSchema {
        .array(
            of: .string(),
            "\(what); at most \(TalkLedger.mostEntries), each at most \(TalkLedger.longestEntry) characters")
    }

    var ledger: TalkLedger {
        TalkLedger(claims: claims ?? [], questions: questionsOpen ?? [], objections: objectionsAnswered ?? [])
    }
}
