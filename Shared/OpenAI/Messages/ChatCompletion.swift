import Domain
import Foundation
import HTTPClient
import JSON

/// `POST /chat/completions` with a strict JSON schema, which compatible servers support as well.
enum ChatCompletion {
    /// Whether a temperature may be sent to a model: reasoning models refuse it, unless their effort is `none`.
    static func takesTemperature(_ model: String, reasoningEffort: String?) -> Bool {
        if let reasoningEffort { return reasoningEffort == "none" }
        return !["gpt-5", "gpt-6", "o1", "o3", "o4"].contains { model.hasPrefix($0) }
    }

    /// - Parameters:
    ///   - tokens: the most that the answer, and the thoughts before it, may have.
    ///   - without: what the server has refused before.
    static func body(
        of question: ModelQuestion, model: String, reasoningEffort: String?, tokens: Int,
        without conceded: Set<Concession> = []
    ) -> String {
        var members: [OrderedJSON.Member] = [
            .init("model", .string(model)),
            .init(
                "messages",
                .array([
                    message(
                        conceded.contains(.developerRole) ? "system" : "developer",
                        instructions(of: question, without: conceded)),
                    message("user", question.input),
                ])),
        ]
        if let format = format(of: question, without: conceded) { members.append(.init("response_format", format)) }
        members.append(
            .init(conceded.contains(.completionLimit) ? "max_tokens" : "max_completion_tokens", .integer(tokens)))
        // gpt-4.1 rejects `reasoning_effort`, so the key is sent only if an effort is configured.
        let effort = conceded.contains(.reasoningEffort) ? nil : reasoningEffort
        if let effort { members.append(.init("reasoning_effort", .string(effort))) }
        // The same question should get the same answer.
        if takesTemperature(model, reasoningEffort: effort), !conceded.contains(.temperature) {
            members.append(.init("temperature", .integer(0)))
        }
        if let identifier = question.safetyIdentifier, !conceded.contains(.safetyIdentifier) {
            members.append(.init("safety_identifier", .string(identifier)))
        }
        return OrderedJSON.object(members).compact
    }

    private static func message(_ role: String, _ content: String) -> OrderedJSON {
        .object([.init("role", .string(role)), .init("content", .string(content))])
    }

    private static func instructions(of question: ModelQuestion, without conceded: Set<Concession>) -> String {
        guard conceded.contains(.schema) else { return question.instructions }
        return """
            \(question.instructions)

            # The form of your answer
            One JSON object and nothing else, valid against this JSON schema:
            \(question.schema.json.compact)
            """
    }

    private static func format(of question: ModelQuestion, without conceded: Set<Concession>) -> OrderedJSON? {
        if conceded.contains(.format) { return nil }
        if conceded.contains(.schema) { return .object([.init("type", .string("json_object"))]) }
        return .object([
            .init("type", .string("json_schema")),
            .init(
                "json_schema",
                .object([
                    .init("name", .string(question.answerName)), .init("strict", .bool(true)),
                    .init("schema", question.schema.json),
                ])),
        ])
    }

    /// The part of a response that we read. Servers that leave something out, or write it in another form, cost us no
    /// more than that part.
    private struct Envelope: Decodable {
        struct Choice: Decodable {
            var message: Message
            var finish_reason: String?
        }
        var choices: [Choice]
        var model: String?
        var usage: Lenient<Usage>?
    }

    private struct Usage: Decodable {
        var prompt_tokens: Lenient<Int>?
        var completion_tokens: Lenient<Int>?
    }

    private struct Lenient<Value: Decodable>: Decodable {
        var value: Value?

        init(from decoder: any Decoder) throws { value = try? decoder.singleValueContainer().decode(Value.self) }
    }

    private struct Message: Decodable {
        struct Part: Decodable {
            var type: String?
            var text: String?
            var refusal: String?
        }

        var text: String
        /// Nil if the model did not refuse.
        var refusal: String?

        enum CodingKeys: CodingKey {
            case content, refusal
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            let parts = (try? container.decode([Part].self, forKey: .content)) ?? []
            text =
                (try? container.decode(String.self, forKey: .content))
                ?? parts.filter { [nil, "text", "output_text"].contains($0.type) }.compactMap(\.text).joined()
            let refusals = [try? container.decode(String.self, forKey: .refusal)] + parts.map(\.refusal)
            refusal = refusals.compactMap(\.self).first { !$0.isEmpty }
        }
    }

    /// Whether the model used up its tokens before the first word of its answer, as one that thinks may.
    static func endedBeforeItsAnswer(_ response: HTTPResponse) -> Bool {
        guard let choice = APIBody.decode(Envelope.self, from: response.body)?.choices.first else { return false }
        return choice.finish_reason == "length" && choice.message.refusal == nil
            && AnswerText.withoutThoughts(choice.message.text).allSatisfy(\.isWhitespace)
    }

    /// The answer in a response with status 200, checked in the order of the API's documentation: refusal, finish
    /// reason, content.
    static func answer(in response: HTTPResponse) throws(OpenAIError) -> ModelAnswer {
        let requestId = response["x-request-id"]?.beginning(bytes: 200)
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
        guard !choice.message.text.isEmpty else {
            throw OpenAIError(.invalidAnswer, "the answer is empty", requestId: requestId)
        }
        return ModelAnswer(
            text: choice.message.text, model: envelope.model?.beginning(bytes: 200),
            inputTokens: envelope.usage?.value?.prompt_tokens?.value,
            outputTokens: envelope.usage?.value?.completion_tokens?.value, requestId: requestId)
    }
}
