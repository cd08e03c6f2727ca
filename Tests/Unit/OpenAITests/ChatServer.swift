import Domain
import Foundation
import HTTPClient
import OpenAI
import Synchronization
import TestSupport

/// A model API that answers as scripted, and a model that uses it over real HTTP. Waits between attempts are recorded,
/// not waited.
final class ChatServer: Sendable {
    let server: ScriptedHTTPServer
    private let waits = Mutex<[Duration]>([])
    private let failures = Mutex<[OpenAIError]>([])
    private let answers = Mutex<[String]>([])

    /// - Parameter replies: one per request; the last one repeats.
    init(_ replies: [ScriptedHTTPServer.Reply]) throws {
        server = try ScriptedHTTPServer { request in replies[min(request.number, replies.count - 1)] }
    }

    deinit { server.stop() }

    var recordedWaits: [Duration] { waits.withLock { $0 } }
    /// Models that answered, with their tokens.
    var recordedAnswers: [String] { answers.withLock { $0 } }
    var recordedFailures: [OpenAIError] { failures.withLock { $0 } }

    func model(reasoningEffort: String? = nil, key: String = "sk-test-1234567890") -> LanguageModel {
        .openAI(
            OpenAIConfiguration(
                baseURL: server.url + "/v1/", key: Secret(key), model: "gpt-4.1", reasoningEffort: reasoningEffort),
            client: HTTPClient(),
            sleep: { wait in self.waits.withLock { $0.append(wait) } },
            onAnswer: { model, answer in
                let tokens = "\(answer.inputTokens ?? 0) \(answer.outputTokens ?? 0)"
                self.answers.withLock { $0.append("\(model) \(tokens)") }
            },
            onFailure: { error in self.failures.withLock { $0.append(error) } })
    }

    static func completion(
        _ content: String?, finish: String = "stop", refusal: String? = nil, requestId: String = "req_1"
    ) -> ScriptedHTTPServer.Reply {
        var message: [String: Any] = ["role": "assistant"]
        message["content"] = content as Any? ?? NSNull()
        message["refusal"] = refusal as Any? ?? NSNull()
        let body: [String: Any] = [
            "id": "chatcmpl-1", "object": "chat.completion", "model": "gpt-4.1-2025-04-14",
            "choices": [["index": 0, "message": message, "finish_reason": finish]],
            "usage": ["prompt_tokens": 12, "completion_tokens": 5, "total_tokens": 17],
        ]
        let data = (try? JSONSerialization.data(withJSONObject: body)) ?? Data()
        return .json(String(decoding: data, as: UTF8.self), headers: ["x-request-id": requestId])
    }

    static func failure(
        _ status: Int, code: String? = nil, type: String = "error", message: String = "no",
        headers: [String: String] = [:]
    ) -> ScriptedHTTPServer.Reply {
        let body: [String: Any] = ["error": ["message": message, "type": type, "code": code as Any? ?? NSNull()]]
        let data = (try? JSONSerialization.data(withJSONObject: body)) ?? Data()
        return .json(String(decoding: data, as: UTF8.self), status: status, headers: headers)
    }
}

extension ModelQuestion {
    static func sample(retries: Int = 2, attempt: Duration = .seconds(10), total: Duration = .seconds(20))
        -> ModelQuestion
    {
        ModelQuestion(
            instructions: "Judge.", input: #"{"said":"Ahoj \"světe\"\n"}"#, answerName: "verdict",
            schema: .object([
                .init("why", .string("first think")), .init("attitude", .integer(0...10)),
                .init("outcome", .optional(.choice(["converted", "rejected"]))),
            ]),
            maxTokens: 800, safetyIdentifier: "abc123", attemptLimit: attempt, totalLimit: total, retries: retries)
    }
}
