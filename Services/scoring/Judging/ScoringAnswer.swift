import Domain
import OpenAI

/// The model's proposal. Nothing in it has been checked.
struct ScoringAnswer: Decodable, Sendable {
    struct Quote: Decodable, Sendable {
        var utteranceId: String?
        var quote: String?
    }

    struct Category: Decodable, Sendable {
        var evidence: [Quote]
        var rationale: String
        var score: Int
    }

    struct Step: Decodable, Sendable {
        var utteranceId: String?
        var quote: String?
        var status: String
    }

    struct Highlight: Decodable, Sendable {
        var utteranceId: String?
        var quote: String?
        var highlight: String
    }

    struct Improvement: Decodable, Sendable {
        var utteranceId: String?
        var quote: String?
        /// Id of the category that it would raise most.
        var category: String?
        /// What it did to the customer or to the sale.
        var why: String?
        var improvement: String
        /// A sentence that the trainee could say instead.
        var tryInstead: String?
    }

    var salesSteps: [String: Step]
    var categories: [String: Category]
    var highlights: [Highlight]
    var improvements: [Improvement]
    var summary: String
    /// What to go on doing, to begin, and to leave, in one sentence each.
    var keep: String?
    var start: String?
    var stop: String?

    /// Quotes before reasons, reasons before scores: otherwise the model only justifies a score that it has already
    /// written.
    static func schema(categories: [String], steps: [String]) -> JSONSchema {
        let words = "words copied exactly from that utterance, at least two"
        let quote = JSONSchema.object([.init("utteranceId", .string()), .init("quote", .string(words))])
        let category = JSONSchema.object([
            .init("evidence", .array(of: quote, "one to three")),
            .init("rationale", .string("one to three sentences; only words that were said stand in quotation marks")),
            .init("score", .integer(0...100, "inside the level of the rubric that fits best")),
        ])
        let step = JSONSchema.object([
            .init("utteranceId", .optional(.string("the trainee's utterance that shows it best; null when none does"))),
            .init("quote", .optional(.string(words))),
            .init("status", .choice(SalesStepResult.Status.allCases.map(\.rawValue))),
        ])
        let improvement = JSONSchema.object([
            .init("utteranceId", .optional(.string("where it went wrong; null for what was left out"))),
            .init("quote", .optional(.string(words))),
            .init("category", .choice(categories, "the one that it would raise most")),
            .init("why", .string("one sentence: what it did to the customer or to the sale, without quotation marks")),
            .init("improvement", .string("one sentence: what to do instead, without quotation marks")),
            .init(
                "tryInstead",
                .optional(
                    .string(
                        "a better line that could be spoken at that moment, as it would be said; null when none fits"))),
        ])
        let highlight = JSONSchema.object([
            .init("utteranceId", .string()), .init("quote", .string(words)),
            .init("highlight", .string("one sentence: what was done, and what it did to the customer")),
        ])
        return .object([
            .init("salesSteps", .object(steps.map { .init($0, step) })),
            .init("categories", .object(categories.map { .init($0, category) })),
            .init("highlights", .array(of: highlight, "at most four")),
            .init("improvements", .array(of: improvement, "at most four, the most important first")),
            .init("summary", .string("two or three sentences to the trainee")),
            .init("keep", .optional(.string("one sentence: what to go on doing; null when there is nothing"))),
            .init("start", .optional(.string("one sentence: what to begin to do; null when there is nothing"))),
            .init("stop", .optional(.string("one sentence: what to leave; null when there is nothing"))),
        ])
    }
}
