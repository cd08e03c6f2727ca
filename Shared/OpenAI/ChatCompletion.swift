import Foundation
import HTTPClient

/// `POST /chat/completions` with a strict JSON schema: what compatible servers speak as well.
enum ChatCompletion {
    static func body(of question: ModelQuestion, model: String, reasoningEffort: String?) -> String {
        var members: [(String, OrderedJSON)] = [
            ("model", .string(model)),
            (
                "messages",
                .array([
                    .object([("role", .string("developer")), ("content", .string(question.instructions))]),
                    .object([("role", .string("user")), ("content", .string(question.input))]),
                ])
            ),
            (
                "response_format",
                .object([
                    ("type", .string("json_schema")),
                    (
                        "json_schema",
                        .object([
                            ("name", .string(question.answerName)), ("strict", .bool(true)),
                            ("schema", question.schema.json),
                        ])
                    ),
                ])
            ),
            ("max_completion_tokens", .integer(question.maxTokens)),
        ]
        // gpt-4.1 refuses an effort, so it goes out only where the operator set one.
        if let reasoningEffort { members.append(("reasoning_effort", .string(reasoningEffort))) }
        if let identifier = question.safetyIdentifier { members.append(("safety_identifier", .string(identifier))) }
        return OrderedJSON.object(members).text
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

    /// The answer of a 200, checked in the order that the API's documentation gives: refusal, reason of the end, content.
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
