import Domain
import Testing
import WebSocket

@testable import Simulator

@Suite struct ConversationTests {
    @Test(.timeLimit(.minutes(1)))
    func `a customer who was treated well ends the call with the tool`() async throws {
        try await withSimulator { simulator in
            let caller = try await simulator.connect()
            try await caller.configure()
            try await caller.send(["type": "response.create"])
            try await caller.until("response.done")
            let first = await caller.all("response.output_audio_transcript.done").first?["transcript"]?.string ?? ""
            #expect(first.contains("Karel") || !first.isEmpty)
            try await caller.send([
                "type": "conversation.item.create",
                "item": [
                    "type": "message", "role": "system",
                    "content": [["type": "input_text", "text": "[state] attitude 9, rising."]],
                ],
            ])
            try await caller.say("Thank you, would you like to try it? Goodbye!")
            try await caller.send(["type": "response.create"])
            let done = try #require(try await caller.until("response.done")["response"])
            let call = try #require(done["output"]?.array?.last)
            #expect(call["name"] == "end_conversation")
            #expect(call["arguments"] == #"{"outcome":"converted"}"#)
            let callID = call["call_id"]?.string ?? ""
            #expect(done["output"]?.array?.count == 2)
            try await caller.send([
                "type": "conversation.item.create",
                "item": ["type": "function_call_output", "call_id": .string(callID), "output": #"{"ok":true}"#],
            ])
            let item = try await caller.until("conversation.item.done")["item"]
            #expect(item?["type"] == "function_call_output")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `items are inserted in the requested order`() async throws {
        try await withSimulator { simulator in
            let caller = try await simulator.connect()
            try await caller.configure()
            func insert(_ id: String, after previous: WireJSON?) async throws -> JSONValue? {
                let item: WireJSON = [
                    "id": .string(id), "type": "message", "role": "user",
                    "content": [["type": "input_text", "text": "x"]],
                ]
                let place: WireJSON = previous.map { ["previous_item_id": $0] } ?? .object([])
                try await caller.send(["type": "conversation.item.create", "item": item] + place)
                return try await caller.until("conversation.item.added")["previous_item_id"]
            }
            #expect(try await insert("a", after: nil) == .null)
            #expect(try await insert("b", after: nil) == "a")
            #expect(try await insert("c", after: "a") == "a")
            #expect(try await insert("d", after: "root") == .null)
            try await caller.send(["type": "conversation.item.delete", "item_id": "c"])
            try await caller.until("conversation.item.deleted")
            #expect(try await insert("e", after: nil) == "b")
        }
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var text: String
        var code: String
        var param: String?
    }

    static let mistakes: [Mistake] = [
        .init(testDescription: "no JSON", text: "hello", code: "invalid_json"),
        .init(testDescription: "no type", text: "{}", code: "missing_required_parameter", param: "type"),
        .init(testDescription: "unknown type", text: #"{"type":"audio"}"#, code: "invalid_value", param: "type"),
        .init(
            testDescription: "unknown key", text: #"{"type":"response.create","mood":1}"#, code: "unknown_parameter",
            param: "mood"),
        .init(
            testDescription: "session without type", text: #"{"type":"session.update","session":{"instructions":"x"}}"#,
            code: "missing_required_parameter", param: "session.type"),
        .init(
            testDescription: "temperature",
            text: #"{"type":"session.update","session":{"type":"realtime","temperature":0.8}}"#,
            code: "unknown_parameter", param: "session.temperature"),
        .init(
            testDescription: "beta voice place",
            text: #"{"type":"session.update","session":{"type":"realtime","voice":"verse"}}"#,
            code: "unknown_parameter", param: "session.voice"),
        .init(
            testDescription: "unknown voice",
            text: #"{"type":"session.update","session":{"type":"realtime","audio":{"output":{"voice":"karel"}}}}"#,
            code: "invalid_value", param: "session.audio.output.voice"),
        .init(
            testDescription: "both modalities",
            text: #"{"type":"session.update","session":{"type":"realtime","output_modalities":["audio","text"]}}"#,
            code: "invalid_value", param: "session.output_modalities"),
        .init(
            testDescription: "null instructions",
            text: #"{"type":"session.update","session":{"type":"realtime","instructions":null}}"#, code: "invalid_type",
            param: "session.instructions"),
        .init(
            testDescription: "padding with semantic VAD",
            text: #"{"type":"session.update","session":{"type":"realtime","audio":{"input":{"turn_detection":"#
                + #"{"type":"semantic_vad","prefix_padding_ms":300}}}}}"#,
            code: "unknown_parameter", param: "session.audio.input.turn_detection.prefix_padding_ms"),
        .init(
            testDescription: "a tool nested under function",
            text:
                #"{"type":"session.update","session":{"type":"realtime","tools":[{"type":"function","function":{}}]}}"#,
            code: "unknown_parameter", param: "session.tools[0].function"),
        .init(
            testDescription: "no base64", text: #"{"type":"input_audio_buffer.append","audio":"!!!"}"#,
            code: "invalid_value",
            param: "audio"),
        .init(
            testDescription: "commit of nothing", text: #"{"type":"input_audio_buffer.commit"}"#,
            code: "input_audio_buffer_commit_empty"),
        .init(
            testDescription: "cancel of nothing", text: #"{"type":"response.cancel"}"#,
            code: "response_cancel_not_active"),
        .init(
            testDescription: "truncate of nothing",
            text: #"{"type":"conversation.item.truncate","item_id":"x","content_index":0,"audio_end_ms":1}"#,
            code: "item_truncate_invalid_item_id", param: "item_id"),
        .init(
            testDescription: "beta content of an assistant",
            text: #"{"type":"conversation.item.create","item":{"type":"message","role":"assistant","content":"#
                + #"[{"type":"text","text":"x"}]}}"#,
            code: "invalid_value", param: "item.content[0].type"),
        .init(
            testDescription: "an id of 33 characters",
            text:
                #"{"type":"conversation.item.create","item":{"id":"123456789012345678901234567890123","type":"message","#
                + #""role":"user","content":[{"type":"input_text","text":"x"}]}}"#,
            code: "string_above_max_length", param: "item.id"),
        .init(
            testDescription: "an output for no call",
            text:
                #"{"type":"conversation.item.create","item":{"type":"function_call_output","call_id":"x","output":"{}"}}"#,
            code: "invalid_tool_call_id", param: "item.call_id"),
        .init(
            testDescription: "an output that is no string",
            text:
                #"{"type":"conversation.item.create","item":{"type":"function_call_output","call_id":"x","output":{}}}"#,
            code: "invalid_type", param: "item.output"),
    ]

    @Test(.timeLimit(.minutes(1)), arguments: mistakes)
    func `a mistake is reported, and the session continues`(mistake: Mistake) async throws {
        try await withSimulator { simulator in
            let caller = try await simulator.connect()
            let marked =
                mistake.text.hasSuffix("}") && mistake.text != "{}"
                ? mistake.text.dropLast() + #","event_id":"evt_7"}"# : mistake.text[...]
            try await caller.send(text: String(marked))
            let error = try #require(try await caller.until("error")["error"])
            #expect(error["code"]?.string == mistake.code)
            #expect(error["param"]?.string == mistake.param)
            if marked.contains("evt_7") { #expect(error["event_id"] == "evt_7") }
            try await caller.configure()
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `only one response runs at a time, and the first audio fixes the voice`() async throws {
        try await withSimulator(.quick.with { $0.pace = 2 }) { simulator in
            let caller = try await simulator.connect()
            try await caller.configure()
            try await caller.send(["type": "response.create"])
            try await caller.until("response.output_audio.delta")
            try await caller.send(["type": "response.create"])
            #expect(try await caller.until("error")["error"]?["code"] == "conversation_already_has_active_response")
            try await caller.send([
                "type": "session.update",
                "session": ["type": "realtime", "instructions": "new", "audio": ["output": ["voice": "cedar"]]],
            ])
            #expect(try await caller.until("error")["error"]?["code"] == "cannot_update_voice")
            try await caller.send(["type": "response.cancel"])
            let done = try await caller.until("response.done")["response"]
            #expect(done?["status_details"]?["reason"] == "client_cancelled")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a retired model and the beta header are refused after the handshake`() async throws {
        try await withSimulator(.quick.with { $0.dialects = .ga }) { simulator in
            for (dialect, model, code) in [
                (Dialect.ga, "gpt-4o-realtime-preview", "model_not_found"),
                (Dialect.beta, "gpt-realtime-2.1", "beta_api_shape_disabled"),
            ] {
                let caller = try await simulator.connect(dialect, model: model)
                #expect(try await caller.until("error")["error"]?["code"]?.string == code)
                try await caller.untilEnd()
                #expect(await caller.close == .close(.init(rawValue: 4000), reason: "invalid_request_error.\(code)"))
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a wrong key is refused in the handshake`() async throws {
        try await withSimulator(.quick.with { $0.key = "right" }) { simulator in
            await #expect {
                _ = try await simulator.connect(headers: [("Authorization", "Bearer wrong")])
            } throws: { error in
                guard case WebSocketClient.Failure.refused(401, let body) = error else { return false }
                return body.contains("invalid_api_key")
            }
            _ = try await simulator.connect(headers: [("Authorization", "Bearer right")]).until("session.created")
        }
    }
}
