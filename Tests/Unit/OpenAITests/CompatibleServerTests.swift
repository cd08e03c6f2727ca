import Domain
import Foundation
import HTTPClient
import JSON
import TestSupport
import Testing

@testable import OpenAI

/// Servers and models that do not do what OpenAI's do.
@Suite struct CompatibleServerTests {
    struct Verdict: Decodable, Equatable {
        var attitude: Int
        var outcome: String?
    }

    private static let whole = Verdict(attitude: 5, outcome: "converted")

    private static func completion(message: String, finish: String = "stop", more: String = "")
        -> ScriptedHTTPServer.Reply
    {
        .json(#"{"choices":[{"message":\#(message),"finish_reason":"\#(finish)"}]\#(more)}"#)
    }

    private func bodies(_ chat: ChatServer) -> [String] {
        chat.server.requests.map { String(decoding: $0.body, as: UTF8.self) }
    }

    // MARK: Answers

    @Test(arguments: [
        #"{"attitude":5,"outcome":"converted"}"#, #"{"attitude":"5","outcome":"converted"}"#,
        #"{"attitude":5.0,"outcome":"Converted "}"#, #"{"attitude":4.5,"outcome":"CONVERTED"}"#,
        #"{"attitude":" 5.2","outcome":"converted","extra":{"a":[null]}}"#,
        "```json\n{\"attitude\":5,\"outcome\":\"converted\"}\n```", "```\n{\"attitude\":5,\"outcome\":\"converted\"}",
        "Here is {my} verdict:\n{\"attitude\":5,\"outcome\":\"converted\"}\nI hope that helps {a lot}.",
        #"{"attitude":"none"} {"attitude":5,"outcome":"converted"}"#,
        "<think>{\"attitude\":1,\"outcome\":\"rejected\"}</think>{\"attitude\":5,\"outcome\":\"converted\"}",
        #"{"why":"she said \"}{\" and \\","attitude":5,"outcome":"converted"}"#,
    ])
    func `an answer is read leniently where its meaning is plain`(text: String) async throws {
        let chat = try ChatServer([ChatServer.completion(text)])
        #expect(try await chat.model().answer(.sample(), as: Verdict.self).value == Self.whole)
    }

    @Test(arguments: ["null", #""""#, #""null""#, #""None""#])
    func `an empty choice is none`(outcome: String) async throws {
        let chat = try ChatServer([ChatServer.completion(#"{"attitude":5,"outcome":\#(outcome)}"#)])
        #expect(try await chat.model().answer(.sample(), as: Verdict.self).value == Verdict(attitude: 5))
    }

    @Test(arguments: [
        #"{"attitude":"five"}"#, #"{"attitude":""}"#, #"{"attitude":"nan"}"#, #"{"attitude":true}"#,
        #"{"attitude":[5]}"#, "5", "[5]", String(repeating: "{", count: 20_000),
        String(repeating: #"{"a":"#, count: 5_000), String(repeating: "{} ", count: 9) + #"{"attitude":5}"#,
    ])
    func `an answer without a plain meaning is refused soon`(text: String) async throws {
        let chat = try ChatServer([ChatServer.completion(text)])
        let begin = ContinuousClock.now
        let error = await #expect(throws: OpenAIError.self) {
            try await chat.model().answer(.sample(), as: Verdict.self)
        }
        #expect(error?.code == .invalidAnswer)
        #expect(ContinuousClock.now - begin < .seconds(5))
    }

    @Test func `flags, lists and lists of objects are mended at every depth`() {
        let schema = JSONSchema.object([
            .init("ends", .boolean()), .init("list", .array(of: .object([.init("n", .integer())]))),
            .init("none", .array(of: .string())), .init("maybe", .optional(.integer())),
        ])
        #expect(
            schema.mended([
                "ends": "True", "list": [["n": "3", "x": "3"], ["n": 2.6]], "none": .null, "maybe": "7", "other": "1",
            ]) == [
                "ends": true, "list": [["n": 3, "x": "3"], ["n": 3]], "none": [], "maybe": 7, "other": "1",
            ])
    }

    @Test(arguments: [
        #"{"content":"{\"attitude\":5,\"outcome\":\"converted\"}","refusal":""}"#,
        #"{"content":[{"type":"text","text":"{\"attitude\":5,"},{"type":"text","text":"\"outcome\":\"converted\"}"}]}"#,
        #"{"content":[{"type":"thinking","text":"{\"attitude\":1}"},{"type":"output_text","text":"{\"attitude\":5,\"outcome\":\"converted\"}"}]}"#,
    ])
    func `the content may be parts, and the refusal empty`(message: String) async throws {
        let chat = try ChatServer([
            Self.completion(message: message, more: #","usage":{"prompt_tokens":12.5,"completion_tokens":null}"#)
        ])
        #expect(try await chat.model().answer(.sample(), as: Verdict.self).value == Self.whole)
    }

    @Test func `a refusal among the parts is a refusal`() async throws {
        let chat = try ChatServer([Self.completion(message: #"{"content":[{"type":"refusal","refusal":"No."}]}"#)])
        let error = await #expect(throws: OpenAIError.self) { try await chat.model().answer(.sample()) }
        #expect(error?.code == .refused)
    }

    // MARK: What a server refuses

    private static func refusal(_ param: String?, _ message: String = "not supported") -> ScriptedHTTPServer.Reply {
        .json(#"{"error":{"message":"\#(message)","param":\#(param.map { "\"\($0)\"" } ?? "null")}}"#, status: 400)
    }

    @Test(arguments: [
        (refusal("messages[0].role", "role must be system or user"), #""role":"developer""#, #""role":"system""#),
        (refusal(nil, "Unexpected role developer"), #""role":"developer""#, #""role":"system""#),
        (refusal("max_completion_tokens"), #""max_completion_tokens":800"#, #""max_tokens":800"#),
        (refusal(nil, "Unrecognized request argument supplied: safety_identifier"), "safety_identifier", ""),
        (refusal("None", "temperature does not support 0"), "temperature", ""),
        (refusal("reasoning_effort"), #""reasoning_effort":"low""#, #""temperature":0"#),
        (refusal("response_format.type"), #""type":"json_schema""#, #""type":"json_object""#),
        (
            .json(#"{"object":"error","message":"json_schema is not supported","code":400}"#, status: 400),
            #""strict":true"#, "valid against this JSON schema"
        ),
        (
            .json(
                #"{"detail":[{"type":"extra_forbidden","loc":["body","safety_identifier"],"msg":"Extra inputs"}]}"#,
                status: 422), "safety_identifier", ""
        ),
        (
            .json(#"{"error":"max_completion_tokens: unknown field"}"#, status: 400), "max_completion_tokens",
            "max_tokens"
        ),
    ])
    func `what a server refuses is left out once and for all`(
        refusal: ScriptedHTTPServer.Reply, without: String, with: String
    ) async throws {
        let chat = try ChatServer([refusal, ChatServer.completion(#"{"attitude":7}"#)])
        // Beside an effort no temperature is sent.
        let model = chat.model(reasoningEffort: without.contains("effort") ? "low" : nil)
        _ = try await model.answer(.sample(), as: Verdict.self)
        _ = try await model.answer(.sample(), as: Verdict.self)
        let bodies = bodies(chat)
        #expect(bodies.map { $0.contains(without) } == [true, false, false])
        #expect(bodies.dropFirst().allSatisfy { with.isEmpty || $0.contains(with) })
    }

    @Test func `a server that refuses everything is asked as plainly as possible`() async throws {
        let chat = try ChatServer(
            [
                Self.refusal("reasoning_effort"), Self.refusal("temperature"), Self.refusal("safety_identifier"),
                Self.refusal("messages[0].role", "role"), Self.refusal("max_completion_tokens"),
                Self.refusal("response_format"), Self.refusal("response_format"),
                ChatServer.completion(#"{"attitude":7}"#),
            ])
        let model = chat.model(reasoningEffort: "low")
        _ = try await model.answer(.sample(), as: Verdict.self)
        let last = try #require(chat.server.requests.last)
        let body = try #require(try JSONSerialization.jsonObject(with: last.body) as? [String: Any])
        #expect(Set(body.keys) == ["model", "messages", "max_tokens"])
        _ = try await model.answer(.sample(), as: Verdict.self)
        #expect(chat.server.requests.count == 9)
    }

    @Test func `what did not help is not remembered, and another model is asked in full`() async throws {
        let chat = try ChatServer([Self.refusal("temperature"), Self.refusal(nil, "no"), ChatServer.completion("{}")])
        let model = chat.model()
        await #expect(throws: OpenAIError.self) { try await model.answer(.sample()) }
        _ = try await model.answer(.sample())
        #expect(bodies(chat).map { $0.contains("temperature") } == [true, false, true])

        let other = try ChatServer([Self.refusal("temperature"), ChatServer.completion("{}")])
        let both = other.model()
        _ = try await both.answer(.sample())
        var question = ModelQuestion.sample()
        question.judge = .init(model: "llama-4", reasoningEffort: nil)
        _ = try await both.answer(question)
        #expect(bodies(other).map { $0.contains("temperature") } == [true, false, true])
    }

    @Test(arguments: [
        refusal("messages", "maximum context length is 8192 tokens"), refusal("top_logprobs"), refusal(nil, "bad"),
        .json("<html>", status: 400), .json(#"{"error":{"message":"temperature"}}"#, status: 401),
    ])
    func `a refusal of anything else is reported at once`(reply: ScriptedHTTPServer.Reply) async throws {
        let chat = try ChatServer([reply])
        await #expect(throws: OpenAIError.self) { try await chat.model().answer(.sample()) }
        #expect(chat.server.requests.count == 1)
    }

    // MARK: Models that think

    @Test(arguments: [#"{"content":""}"#, #"{"content":null}"#, #"{"content":"<think>The trainee says"}"#])
    func `a model that used up its tokens before the answer gets more, from then on`(message: String) async throws {
        let chat = try ChatServer([
            Self.completion(message: message, finish: "length"), ChatServer.completion(#"{"attitude":7}"#),
        ])
        let model = chat.model()
        _ = try await model.answer(.sample(), as: Verdict.self)
        _ = try await model.answer(.sample(), as: Verdict.self)
        #expect(
            bodies(chat).map { $0.contains(#""max_completion_tokens":3200"#) } == [false, true, true])
        #expect(chat.recordedFailures.map(\.code) == [.answerCut])
    }

    @Test func `questions that were under way together all get more tokens`() async throws {
        let thinker = Thinker(needs: 3_200)
        let server = try ScriptedHTTPServer { thinker.reply($0) }
        defer { server.stop() }
        let model = LanguageModel.openAI(
            OpenAIConfiguration(baseURL: server.url, key: "k", model: "m"), client: HTTPClient())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { _ = try await model.answer(.sample(retries: 0), as: Verdict.self) } }
            try await group.waitForAll()
        }
    }

    /// Answers only with enough tokens.
    private struct Thinker: Sendable {
        let needs: Int

        func reply(_ request: ScriptedHTTPServer.Request) -> ScriptedHTTPServer.Reply {
            String(decoding: request.body, as: UTF8.self).contains(#""max_completion_tokens":\#(needs)"#)
                ? ChatServer.completion(#"{"attitude":7}"#)
                : CompatibleServerTests.completion(message: #"{"content":""}"#, finish: "length")
        }
    }

    @Test func `a model that never comes to its answer is asked twice, and then once, and the reason is stated`()
        async throws
    {
        let chat = try ChatServer([Self.completion(message: #"{"content":""}"#, finish: "length")])
        let model = chat.model()
        for requests in [2, 3] {
            let error = await #expect(throws: OpenAIError.self) { try await model.answer(.sample()) }
            #expect(error?.code == .answerCut)
            #expect(chat.server.requests.count == requests)
        }
    }

    // MARK: Errors

    @Test(arguments: [
        (
            #"{"error":{"code":"content_filter","message":"filtered","innererror":{"code":"ResponsibleAIPolicyViolation"}}}"#,
            400, OpenAIError.Code.contentFiltered
        ),
        (#"{"error":{"code":429,"type":"insufficient_quota","message":"x"}}"#, 429, .quotaExhausted),
        (#"{"error":{"code":404,"message":"no such model"}}"#, 404, .modelNotFound),
        (#"{"error":{"code":400,"message":"bad"}}"#, 400, .invalidRequest),
        (#"{"error":"model 'x' not found"}"#, 404, .modelNotFound),
        (#"{"error":{"code":401,"message":"no"},"user_id":"u"}"#, 200, .unauthorized),
        (#"{"error":{"code":"oops","message":"no"}}"#, 200, .invalidAnswer),
    ])
    func `error bodies of other servers are read`(body: String, status: Int, code: OpenAIError.Code) async throws {
        let chat = try ChatServer([.json(body, status: status)])
        let error = await #expect(throws: OpenAIError.self) { try await chat.model().answer(.sample(retries: 0)) }
        #expect(error?.code == code)
    }

    @Test func `the reason of a refused request reaches the operator, whatever the form of the body`() async throws {
        for body in [
            #"{"error":{"code":400,"message":"the reason"}}"#, #"{"error":"the reason"}"#,
            #"{"message":"the reason","code":400}"#, #"{"detail":"the reason"}"#,
        ] {
            let chat = try ChatServer([.json(body, status: 400)])
            let error = await #expect(throws: OpenAIError.self) { try await chat.model().answer(.sample()) }
            #expect(error?.message.contains("the reason") == true, "\(body)")
        }
    }

    @Test func `a redirect is named and not followed`() async throws {
        let chat = try ChatServer([.answer(status: 307, headers: ["Location": "http://127.0.0.1:1/"])])
        let error = await #expect(throws: OpenAIError.self) { try await chat.model().answer(.sample()) }
        #expect(error?.message.contains("redirect") == true)
    }

    // MARK: Addresses and headers

    @Test(arguments: [
        ("https://x/v1", "https://x/v1/models"), ("https://x/v1/", "https://x/v1/models"),
        ("https://x", "https://x/models"), ("https://x:8443/a%20b/", "https://x:8443/a%20b/models"),
        ("https://x/openai/v1?api-version=p&a=b%2Bc", "https://x/openai/v1/models?api-version=p&a=b%2Bc"),
        ("https://x/openai/v1/?api-version=p#top", "https://x/openai/v1/models?api-version=p"),
    ])
    func `the path of a resource goes before the query of the base`(base: String, address: String) {
        #expect(OpenAIConfiguration(baseURL: base, key: "k", model: "m").address(of: "models") == address)
    }

    @Test func `the key may go into another header, beside headers of the provider`() async throws {
        let server = try ScriptedHTTPServer { _ in ChatServer.completion("{}") }
        defer { server.stop() }
        let configuration = OpenAIConfiguration(
            baseURL: server.url + "/openai/v1?api-version=p", key: "k-1", keyHeader: "api-key",
            extraHeaders: ["X-Team": "vr"], model: "m")
        _ = try await LanguageModel.openAI(configuration, client: HTTPClient()).answer(.sample())
        let request = try #require(server.requests.first)
        #expect(request.target == "/openai/v1/chat/completions?api-version=p")
        #expect(request.headers["api-key"] == "k-1")
        #expect(request.headers["x-team"] == "vr")
        #expect(request.headers["authorization"] == nil)
    }
}
