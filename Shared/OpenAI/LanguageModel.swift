import Domain
import Foundation
import JSON

/// A model that answers one question with JSON of a given shape. A struct of closures: the real one calls the model
/// API, tests provide their own.
public struct LanguageModel: Sendable {
    /// The name in the API; it is recorded with every result.
    public var name: String
    /// `none`, `low`, …; nil if none is sent.
    public var reasoningEffort: String?
    /// Throws `OpenAIError`, and `CancellationError` when the calling task was cancelled.
    public var answer: @Sendable (ModelQuestion) async throws -> ModelAnswer

    public init(
        name: String, reasoningEffort: String? = nil,
        answer: @escaping @Sendable (ModelQuestion) async throws -> ModelAnswer
    ) {
        self.name = name
        self.reasoningEffort = reasoningEffort
        self.answer = answer
    }

    /// Throws for every question: for tests in which no model must be asked.
    public static let unexpected = LanguageModel(name: "unexpected") { question in
        throw OpenAIError(.invalidRequest, "nobody should have asked a model for \(question.answerName)")
    }

    /// The answer, decoded as `Answer`.
    ///
    /// - Throws: `OpenAIError`; `invalid_answer` if the text is not such JSON.
    public func answer<Answer: Decodable>(
        _ question: ModelQuestion, as type: Answer.Type
    ) async throws -> (value: Answer, source: ModelAnswer) {
        let answer = try await answer(question)
        for object in AnswerText.objects(in: answer.text) {
            if let value = Self.decode(type, from: object, question.schema) { return (value, answer) }
        }
        throw OpenAIError(.invalidAnswer, "the answer is not the JSON that was asked for", requestId: answer.requestId)
    }

    private static func decode<Answer: Decodable>(
        _ type: Answer.Type, from object: Data, _ schema: JSONSchema
    ) -> Answer? {
        // The decoder recurses, and the nesting of a hostile answer must not decide how deep.
        guard JSONNesting.isWithin(JSONNesting.limit, object),
            let value = try? JSONDecoder().decode(JSONValue.self, from: object),
            let mended = try? JSONEncoder().encode(schema.mended(value))
        else { return nil }
        return try? JSONDecoder().decode(type, from: mended)
    }
}

/// What a model is asked. Only `instructions` tell it what to do; what people said is in `input`, as data.
public struct ModelQuestion: Sendable {
    public var instructions: String
    public var input: String
    /// Letters, digits, `_` and `-`, at most 64.
    public var answerName: String
    public var schema: JSONSchema
    public var maxTokens: Int
    /// A model other than the configured one, with its own effort; nil means the configured one.
    public var judge: Judge?
    /// A stable pseudonym of the person whose words are in `input`.
    public var safetyIdentifier: String?
    /// For one attempt.
    public var attemptLimit: Duration
    /// For all attempts together, including the waits between them.
    public var totalLimit: Duration
    /// Maximum number of attempts after the first.
    public var retries: Int

    /// A model and its reasoning effort.
    public struct Judge: Hashable, Sendable {
        public var model: String
        /// `none`, `low`, … for models that reason; nil sends nothing.
        public var reasoningEffort: String?

        public init(model: String, reasoningEffort: String?) {
            self.model = model
            self.reasoningEffort = reasoningEffort
        }
    }

    public init(
        instructions: String, input: String, answerName: String, schema: JSONSchema, maxTokens: Int,
        judge: Judge? = nil, safetyIdentifier: String? = nil, attemptLimit: Duration, totalLimit: Duration,
        retries: Int = 2
    ) {
        self.instructions = instructions
        self.input = input
        self.answerName = answerName
        self.schema = schema
        self.maxTokens = maxTokens
        self.judge = judge
        self.safetyIdentifier = safetyIdentifier
        self.attemptLimit = attemptLimit
        self.totalLimit = totalLimit
        self.retries = retries
    }
}

/// The answer of a model: text that should be the requested JSON. It has not been checked yet.
public struct ModelAnswer: Sendable {
    public var text: String
    /// The version that answered, if the server reports it.
    public var model: String?
    public var inputTokens: Int?
    public var outputTokens: Int?
    /// For support and the log.
    public var requestId: String?

    public init(
        text: String, model: String? = nil, inputTokens: Int? = nil, outputTokens: Int? = nil, requestId: String? = nil
    ) {
        self.text = text
        self.model = model
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.requestId = requestId
    }
}
