import Foundation
import HTTPClient
import JSON

/// `POST /chat/completions` with a strict JSON schema, which compatible servers support as well.
enum ChatCompletion {
    /// Keys that some servers and models refuse, and that a question can do without.
    enum OptionalKey: String, CaseIterable, Sendable {
        case temperature, reasoningEffort = "reasoning_effort", safetyIdentifier = "safety_identifier"
    }

    /// Whether a temperature may be sent to a model: reasoning models refuse it, unless their effort is `none`.
    static func takesTemperature(_ model: String, reasoningEffort: String?) -> Bool {
        if let reasoningEffort { return reasoningEffort == "none" }
        return !["gpt-5", "gpt-6", "o1", "o3", "o4"].contains { model.hasPrefix($0) }
    }

    /// - Parameter without: keys that the server has refused before.
    static func body(
        of question: ModelQuestion, model: String, reasoningEffort: String?, without: Set<OptionalKey> = []
    ) -> String {
        var members: [OrderedJSON.Member] = [
            .init("model", .string(model)),
            .init(
                "messages",
                .array([
                    .object([.init("role", .string("developer")), .init("content", .string(question.instructions))]),
                    .object([.init("role", .string("user")), .init("content", .string(question.input))]),
                ])),
            .init(
                "response_format",
                .object([
                    .init("type", .string("json_schema")),
                    .init(
                        "json_schema",
                        .object([
                            .init("name", .string(question.answerName)), .init("strict", .bool(true)),
                            .init("schema", question.schema.json),
                        ])),
                ])),
            .init("max_completion_tokens", .integer(question.maxTokens)),
        ]
        // gpt-4.1 rejects `reasoning_effort`, so the key is sent only if an effort is configured.
        if let reasoningEffort, !without.contains(.reasoningEffort) {
            members.append(.init(OptionalKey.reasoningEffort.rawValue, .string(reasoningEffort)))
        }
        // The same question should get the same answer.
        if takesTemperature(model, reasoningEffort: reasoningEffort), !without.contains(.temperature) {
            members.append(.init(OptionalKey.temperature.rawValue, .integer(0)))
        }
        if let identifier = question.safetyIdentifier, !without.contains(.safetyIdentifier) {
            members.append(.init(OptionalKey.safetyIdentifier.rawValue, .string(identifier)))
        }
        return OrderedJSON.object(members).compact
    }

    private struct Envelope: Decodable {
        struct Choice: Decodable {
            struct Message: Decodable {
                var content: String?
                var refusal: String?
            }
            var message: Message
            var finish_reason: String?
        }
        struct Usage: Decodable {
            var prompt_tokens: Int?
            var completion_tokens: Int?
        }
        var choices: [Choice]
        var model: String?
        var usage: Usage?
    }

    /// The answer in a response with status 200, checked in the order of the API's documentation: refusal, finish
    /// reason, content.
    static func answer(in response: HTTPResponse) throws(OpenAIError) -> ModelAnswer {
        let requestId = response["x-request-id"]
        guard let envelope = APIBody.decode(Envelope.self, from: response.body), let choice = envelope.choices.first
        else {
            throw OpenAIError(
                .invalidAnswer, "the API's answer is not a chat completion", status: response.status,
                requestId: requestId)
        }
        if choice.message.refusal != nil {
            throw OpenAIError(.refused, "the model refused to answer", requestId: requestId)
        }
        switch choice.finish_reason {
        case "length":
            throw OpenAIError(.answerCut, "the answer was cut off at the token limit", requestId: requestId)
        case "content_filter":
            throw OpenAIError(.contentFiltered, "the API's content filter withheld the answer", requestId: requestId)
        default: break
        }
        guard let text = choice.message.content, !text.isEmpty else {
            throw OpenAIError(.invalidAnswer, "the answer is empty", requestId: requestId)
        }
        return ModelAnswer(
            text: text, model: envelope.model, inputTokens: envelope.usage?.prompt_tokens,
            outputTokens: envelope.usage?.completion_tokens, requestId: requestId)
    }
}
