import Foundation
import TestSupport
import Testing

@testable import OpenAI

@Suite struct LanguageModelTests {
    struct Verdict: Decodable, Equatable {
        var attitude: Int
    }

    @Test func `a question is sent as a strict chat completion, and its answer is decoded`() async throws {
        let chat = try ChatServer([ChatServer.completion(#"{"attitude":7}"#)])
        let (verdict, source) = try await chat.model().answer(.sample(), as: Verdict.self)
        #expect(verdict == Verdict(attitude: 7))
        #expect(source.model == "gpt-4.1-2025-04-14")
        #expect(source.inputTokens == 12)
        #expect(source.outputTokens == 5)
        #expect(source.requestId == "req_1")

        let request = try #require(chat.server.requests.first)
        #expect(request.method == "POST")
        #expect(request.target == "/v1/chat/completions")
        #expect(request.headers["authorization"] == "Bearer sk-test-1234567890")
        #expect(request.headers["content-type"] == "application/json")
        let body = try #require(try JSONSerialization.jsonObject(with: request.body) as? NSDictionary)
        let expected: NSDictionary = [
            "model": "gpt-4.1",
            "messages": [
                ["role": "developer", "content": "Judge."],
                ["role": "user", "content": #"{"said":"Ahoj \"světe\"\n"}"#],
            ],
            "response_format": [
                "type": "json_schema",
                "json_schema": [
                    "name": "verdict", "strict": true,
                    "schema": [
                        "type": "object", "additionalProperties": false, "required": ["why", "attitude", "outcome"],
                        "properties": [
                            "why": ["type": "string", "description": "first think"],
                            "attitude": ["type": "integer", "minimum": 0, "maximum": 10],
                            "outcome": ["type": ["string", "null"], "enum": ["converted", "rejected", NSNull()]],
                        ],
                    ],
                ],
            ],
            "max_completion_tokens": 800, "safety_identifier": "abc123", "temperature": 0,
        ]
        #expect(body == expected)
    }

    @Test func `properties of the schema keep their order on the wire`() async throws {
        let chat = try ChatServer([ChatServer.completion(#"{"attitude":7}"#)])
        _ = try await chat.model().answer(.sample())
        let text = String(decoding: try #require(chat.server.requests.first).body, as: UTF8.self)
        let places = ["\"why\":{", "\"attitude\":{", "\"outcome\":{"].map { text.range(of: $0)?.lowerBound }
        #expect(places.allSatisfy { $0 != nil })
        #expect(places.compactMap(\.self) == places.compactMap(\.self).sorted())
    }

    @Test(arguments: [
        ("gpt-4.1", String?.none, true), ("gpt-6-luna", "none", true), ("gpt-6-luna", nil, false),
        ("gpt-6-luna", "low", false), ("o3", nil, false), ("llama-4", nil, true),
    ]) func `the temperature is sent to models that accept one`(_ model: String, _ effort: String?, _ isSent: Bool) {
        let body = ChatCompletion.body(of: .sample(), model: model, reasoningEffort: effort, tokens: 800)
        #expect(body.contains("\"temperature\":0") == isSent)
    }

    @Test func `a parameter that the server refuses is omitted from then on`() async throws {
        let refusal =
            #"{"error":{"message":"Unsupported parameter","param":"temperature","code":"unsupported_parameter"}}"#
        let old = #"{"error":{"message":"Unrecognized key 'safety_identifier'"}}"#
        let chat = try ChatServer([
            .json(refusal, status: 400), .json(old, status: 400),
            ChatServer.completion(#"{"attitude":7}"#), ChatServer.completion(#"{"attitude":7}"#),
        ])
        let model = chat.model()
        _ = try await model.answer(.sample())
        _ = try await model.answer(.sample())
        let bodies = chat.server.requests.map { String(decoding: $0.body, as: UTF8.self) }
        #expect(bodies.map { $0.contains("temperature") } == [true, false, false, false])
        #expect(bodies.map { $0.contains("safety_identifier") } == [true, true, false, false])
    }

    @Test func `the reasoning effort is sent only when it is set`() async throws {
        let chat = try ChatServer([ChatServer.completion("{}")])
        _ = try await chat.model(reasoningEffort: "none").answer(.sample())
        let body =
            try JSONSerialization.jsonObject(with: try #require(chat.server.requests.first).body) as? [String: Any]
        #expect(body?["reasoning_effort"] as? String == "none")
    }

    @Test func `without a key no authorization header is sent`() async throws {
        let chat = try ChatServer([ChatServer.completion("{}")])
        _ = try await chat.model(key: "").answer(.sample())
        #expect(chat.server.requests.first?.headers["authorization"] == nil)
    }

    @Test(arguments: [
        (ChatServer.completion("{\"attitude\":7}", finish: "length", refusal: "I cannot"), OpenAIError.Code.refused),
        (ChatServer.completion(#"{"attitu"#, finish: "length"), .answerCut),
        (ChatServer.completion(nil, finish: "content_filter"), .contentFiltered),
        (ChatServer.completion(nil), .invalidAnswer),
        (ChatServer.completion(#"{"attitu"#), .invalidAnswer),
        (ChatServer.completion("<html><b>7</b></html>"), .invalidAnswer),
        (ChatServer.completion(#"{"attitude":"seven"}"#), .invalidAnswer),
        (ChatServer.completion(#"{"attitude":1e999}"#), .invalidAnswer),
        (ChatServer.completion(#"{"attitude":99999999999999999999}"#), .invalidAnswer),
        (ChatServer.completion(String(repeating: "[", count: 50_000)), .invalidAnswer),
        (ChatServer.completion(String(repeating: "x", count: 2 << 20)), .invalidAnswer),
        (.json(String(repeating: "[", count: 100_000)), .invalidAnswer),
        (.json("<html>"), .invalidAnswer),
        (.json(#"{"choices":[]}"#), .invalidAnswer),
        (.raw(Data("HTTP/1.1 200 OK\r\n\r\n".utf8) + Data(count: 2 << 20)), .invalidAnswer),
        (ChatServer.failure(400, message: "bad schema"), .invalidRequest),
        (ChatServer.failure(401, code: "invalid_api_key"), .unauthorized),
        (ChatServer.failure(403), .unauthorized),
        (ChatServer.failure(404, code: "model_not_found"), .modelNotFound),
        (ChatServer.failure(422), .invalidRequest),
        (ChatServer.failure(429, code: "insufficient_quota"), .quotaExhausted),
        (.answer(status: 302, headers: ["Location": "http://127.0.0.1:1/"]), .invalidAnswer),
    ])
    func `a useless answer has an error code and is not retried`(
        reply: ScriptedHTTPServer.Reply, code: OpenAIError.Code
    ) async throws {
        let chat = try ChatServer([reply])
        let error = await #expect(throws: OpenAIError.self) {
            try await chat.model().answer(.sample(), as: Verdict.self)
        }
        #expect(error?.code == code)
        #expect(chat.server.requests.count == 1)
    }

    @Test(arguments: [408, 409, 429, 500, 503])
    func `a temporary failure is retried, and the later answer counts`(status: Int) async throws {
        let chat = try ChatServer([ChatServer.failure(status), ChatServer.failure(status), ChatServer.completion("{}")])
        #expect(try await chat.model().answer(.sample()).text == "{}")
        #expect(chat.server.requests.count == 3)
        #expect(chat.recordedFailures.map(\.status) == [status, status])
        #expect(chat.recordedAnswers == ["gpt-4.1 12 5"])
        let (first, second) = (chat.recordedWaits[0], chat.recordedWaits[1])
        #expect(first >= .milliseconds(375) && first <= .milliseconds(500))
        #expect(second >= .milliseconds(750) && second <= .seconds(1))
    }

    @Test func `after the last retry the failure is reported`() async throws {
        let chat = try ChatServer([ChatServer.failure(500)])
        let error = await #expect(throws: OpenAIError.self) { try await chat.model().answer(.sample()) }
        #expect(error?.code == .unavailable)
        #expect(error?.isWorthAnotherTry == true)
        #expect(chat.server.requests.count == 3)
    }

    @Test func `a lost connection is retried`() async throws {
        let chat = try ChatServer([.hangUp, ChatServer.completion("{}")])
        #expect(try await chat.model().answer(.sample()).text == "{}")
        #expect(chat.recordedFailures.map(\.code) == [.unreachable])
    }

    @Test func `a wait that the server requests is kept`() async throws {
        let chat = try ChatServer([
            ChatServer.failure(429, headers: ["retry-after-ms": "20", "retry-after": "9"]),
            ChatServer.failure(429, headers: ["retry-after": "3"]), ChatServer.completion("{}"),
        ])
        _ = try await chat.model().answer(.sample())
        #expect(chat.recordedWaits == [.milliseconds(20), .seconds(3)])
    }

    @Test func `a wait that exceeds the total limit is not started`() async throws {
        let chat = try ChatServer([ChatServer.failure(429, headers: ["retry-after": "30"])])
        let error = await #expect(throws: OpenAIError.self) {
            try await chat.model().answer(.sample(total: .seconds(10)))
        }
        #expect(error?.code == .rateLimited)
        #expect(chat.server.requests.count == 1)
    }

    @Test func `a silent server causes a timeout`() async throws {
        let chat = try ChatServer([.silence])
        let error = await #expect(throws: OpenAIError.self) {
            try await chat.model().answer(.sample(retries: 1, attempt: .milliseconds(100)))
        }
        #expect(error?.code == .timeout)
        #expect(chat.server.requests.count == 2)
    }

    @Test func `cancelling the task ends the call without a retry`() async throws {
        let chat = try ChatServer([.silence])
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await chat.model().answer(.sample()) }
            let deadline = ContinuousClock.now + .seconds(10)
            while chat.server.requests.isEmpty, .now < deadline { try? await Task.sleep(for: .milliseconds(5)) }
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.next() }
        }
        #expect(chat.server.requests.count == 1)
        #expect(chat.recordedFailures.isEmpty)
    }

    @Test func `no error contains the key, even if the server quotes it`() async throws {
        for status in [400, 401, 404, 422, 500] {
            let chat = try ChatServer([
                ChatServer.failure(
                    status, message: "Incorrect API key provided: sk-test-1234567890 or sk-proj-99 or my-secret")
            ])
            let error = await #expect(throws: OpenAIError.self) {
                try await chat.model(key: "my-secret").answer(.sample(retries: 0))
            }
            let text = String(describing: error) + (error?.description ?? "")
            #expect(!text.contains("sk-"))
            #expect(!text.contains("my-secret"))
        }
    }

    @Test func `the placeholder for tests fails every question`() async {
        await #expect(throws: OpenAIError.self) { try await LanguageModel.unexpected.answer(.sample()) }
    }
}
