import Domain
import Foundation
import Testing

@testable import Conversation
@testable import RelayService

/// What the conversation does when the server refuses a part of what it is asked for, or names things in its own way.
@Suite struct RefusalTests {
    private func connecting() -> Rig {
        var rig = Rig()
        rig.step(.attached)
        rig.step(.upstreamOpened)
        return rig
    }

    private func event(_ text: String) throws -> RealtimeEvent {
        try #require(RealtimeEvent(Data(text.utf8)))
    }

    /// A turn of the trainee whose words cannot be written down.
    private func loseWords(_ rig: inout Rig, item: String, code: String = "model_not_found") {
        rig.hear(
            .speechStarted(itemId: item, audioStartMs: nil), .speechStopped(itemId: item, audioEndMs: nil),
            .committed(itemId: item, after: .unknown),
            .transcriptionFailed(itemId: item, code: code), after: 1_000)
    }

    private func updates(_ rig: Rig) -> [String] { rig.history.filter { $0.hasPrefix("update ") } }

    // MARK: Words that cannot be written down

    @Test func `two turns without words lead to the next transcription model, and then to none`() {
        var rig = Rig.talking()
        loseWords(&rig, item: "t1")
        #expect(updates(rig) == ["update gpt-transcribe verse"])
        loseWords(&rig, item: "t2")
        #expect(updates(rig).last == "update gpt-realtime-whisper verse")
        #expect(rig.history.contains("send error transcription_failed"))
        #expect(rig.history.contains { $0.contains("Transcription_Lost") })
        rig.hear(.sessionUpdated)
        loseWords(&rig, item: "t3")
        loseWords(&rig, item: "t4")
        #expect(updates(rig).last == "update none verse")
        #expect(rig.history.count { $0 == "send error transcription_failed" } == 2)
        #expect(rig.history.count { $0.contains("Transcription_Lost") } == 1)
        // Nobody writes down what is said next, so nothing waits for it.
        rig.hear(.committed(itemId: "t5", after: .unknown))
        #expect(rig.did.contains { $0.hasSuffix("TRAINEE [inaudible]") })
        #expect(rig.conversation.phase == .live(.talking))
    }

    @Test func `a failure that is stated twice counts once`() {
        var rig = Rig.talking()
        loseWords(&rig, item: "t1")
        rig.hear(.transcriptionFailed(itemId: "t1", code: nil))
        #expect(updates(rig).count == 1)
    }

    @Test func `words in between show that transcription works`() {
        var rig = Rig.talking()
        loseWords(&rig, item: "t1")
        rig.hear(.committed(itemId: "t2", after: .unknown), .transcribed(itemId: "t2", text: "Hello."))
        loseWords(&rig, item: "t3")
        #expect(updates(rig).count == 1)
        #expect(!rig.history.contains("send error transcription_failed"))
    }

    @Test func `sounds that are no words say nothing about the model`() {
        var rig = Rig.talking()
        for number in 1...5 { loseWords(&rig, item: "t\(number)", code: "audio_unintelligible") }
        #expect(updates(rig).count == 1)
        #expect(!rig.history.contains("send error transcription_failed"))
    }

    @Test func `a model that has worked is asked for again when the next one is refused, once`() {
        var rig = Rig.talking()
        rig.hear(.committed(itemId: "t0", after: .unknown), .transcribed(itemId: "t0", text: "Hello."))
        let refusal = RealtimeEvent.error(
            RealtimeError(
                type: "invalid_request_error", code: "invalid_value",
                param: "session.audio.input.transcription.model", eventId: "session_2"))
        loseWords(&rig, item: "t1")
        loseWords(&rig, item: "t2")
        rig.hear(refusal)
        #expect(updates(rig).last == "update gpt-transcribe verse")
        rig.hear(.sessionUpdated)
        loseWords(&rig, item: "t3")
        loseWords(&rig, item: "t4")
        #expect(updates(rig).last == "update gpt-realtime-whisper verse")
        rig.hear(refusal)
        #expect(updates(rig).last == "update none verse")
    }

    @Test func `a transcription model that does not exist is no reason to refuse the call`() {
        var rig = connecting()
        rig.hear(
            .error(
                RealtimeError(
                    type: "invalid_request_error", code: "model_not_found",
                    param: "session.audio.input.transcription.model", eventId: "session_1")))
        #expect(updates(rig).last == "update gpt-realtime-whisper verse")
        // It may be refused beside turn detection, which the error then names.
        rig.hear(
            .error(
                RealtimeError(
                    type: "invalid_request_error", code: "invalid_value",
                    param: "session.audio.input.turn_detection", eventId: "session_2")))
        #expect(updates(rig).last == "update none verse")
        #expect(!rig.history.contains("send error transcription_failed"))
        #expect(rig.hear(.sessionUpdated).contains("send ready 0 active"))
        #expect(rig.did.contains("send error transcription_failed"))
    }

    // MARK: Keys of the settings

    @Test(arguments: [
        ("session.truncation", "truncation"), ("session.truncation.retention_ratio", "truncation"),
        ("session.audio.input.noise_reduction", "noise_reduction"), ("noise_reduction.type", "noise_reduction"),
        ("session.include[0]", "include"), ("session.audio.input.transcription.keywords", "keywords"),
        ("session.input_audio_noise_reduction", "noise_reduction"),
        ("session['audio']['input']['turn_detection']['threshold']", "turn_tuning"),
    ])
    func `a key that a server does not know is left out, and the call goes on`(param: String, key: String) {
        var rig = connecting()
        rig.hear(
            .error(
                RealtimeError(
                    type: "invalid_request_error", code: "unknown_parameter", param: param,
                    eventId: "session_1")))
        #expect(updates(rig).count == 2)
        #expect(rig.refused == [OptionalKey(rawValue: key).map { .key($0) }])
        #expect(!rig.history.contains("disconnect"))
        #expect(rig.hear(.sessionUpdated).contains("send ready 0 active"))
    }

    @Test func `refusal of a required or already omitted key ends the session`() {
        for param in ["session.truncation", "session.tools", "session.instructions"] {
            var rig = connecting()
            let refusal = RealtimeEvent.error(
                RealtimeError(code: "unknown_parameter", param: param, eventId: "session_1"))
            rig.hear(refusal)
            rig.hear(refusal)
            #expect(rig.history.contains("disconnect"))
            #expect(rig.ending?.endTrigger == "upstream:session_refused")
        }
    }

    @Test(arguments: ["session.audio.output.voice", "session['voice']", "voice"])
    func `a voice that the server does not have is left out`(param: String) {
        var rig = connecting()
        rig.hear(.error(RealtimeError(code: "invalid_value", param: param, eventId: "session_1")))
        #expect(updates(rig).last == "update gpt-transcribe -")
        #expect(rig.hear(.sessionUpdated).contains("send ready 0 active"))
    }

    @Test func `a refused setting is omitted in the next session`() {
        let memory = RefusedSettings()
        for setting in [RefusedSetting.key(.truncation), .transcription(model: "gpt-transcribe")] {
            memory.add(setting)
        }
        let next = memory.applied(to: Fixture.settings)
        #expect(!next.optionalKeys.contains(.truncation))
        #expect(next.optionalKeys.contains(.noiseReduction))
        #expect(next.transcriptionModel == "gpt-realtime-whisper")
        memory.add(.transcription(model: "gpt-realtime-whisper"))
        #expect(memory.applied(to: Fixture.settings).transcriptionModel == nil)
    }

    @Test func `a call that begins without any transcription says so and goes on`() {
        var rig = Rig.talking { $0.settings.transcriptionModel = nil }
        #expect(rig.history.contains { $0.contains("Transcription_Lost") })
        #expect(rig.history.count { $0 == "send error transcription_failed" } == 1)
        rig.hear(.committed(itemId: "t1", after: .unknown))
        #expect(rig.transcript.map(\.text) == ["[inaudible]"])
    }

    @Test func `a server that confirms nothing is ready once it has the settings`() {
        var rig = Rig { $0.settings.isConfirmed = false }
        rig.step(.attached)
        #expect(rig.step(.upstreamOpened).contains("send ready 0 active"))
        #expect(!rig.hear(.sessionUpdated).contains { $0.hasPrefix("send") })
    }

    @Test func `a connection that lasts for half an hour is renewed before that`() {
        var rig = Rig { $0.limits.upstream = .seconds(1_800) }
        rig.step(.attached)
        #expect(rig.step(.upstreamOpened).contains("start renew 1500000"))
        // Also the one after it.
        rig.hear(.sessionUpdated)
        rig.step(.upstreamLost(.reconnect, detail: ""))
        rig.fire(.reconnect, after: 500)
        #expect(rig.step(.upstreamOpened).contains("start renew 1500000"))
    }

    // MARK: The end before the beginning

    @Test func `a client that ends the session before it is ready gets its end and its score`() {
        var rig = connecting()
        rig.step(.message(.endSession))
        #expect(rig.did.contains("send ready 0 ended"))
        #expect(rig.did.contains { $0.hasPrefix("send 1 session_ended") })
        rig.step(.stored)
        var empty = Scorecard.sample
        empty.notCountedReason = Scorecard.noSpeech
        rig.step(.scored(empty, error: nil))
        rig.fire(.farewell)
        rig.step(.rescoring(false))
        #expect(rig.history.count { $0.contains(" session_ended ") } == 1)
        #expect(rig.history.filter { $0.hasPrefix("send ") && $0.contains(" score ") } == ["send 2 score no_speech"])
        #expect(rig.did.contains("close 1000"))
    }

    @Test func `a refusal for good before the client is ready ends with error, end and score`() {
        var rig = Rig()
        rig.step(.attached)
        rig.step(.upstreamLost(.fatal(code: "invalid_api_key"), detail: ""))
        let sent = rig.did.filter { $0.hasPrefix("send ") }
        #expect(
            sent == [
                "send error upstream_failed fatal", "send ready 1 ended",
                "send 2 session_ended walked_away upstream:invalid_api_key",
            ])
        rig.step(.stored)
        var empty = Scorecard.sample
        empty.notCountedReason = Scorecard.noSpeech
        #expect(rig.step(.scored(empty, error: nil)).contains("send 3 score no_speech"))
    }

    @Test func `a client that came back and has not resumed gets the end before it is closed`() {
        var first = Rig.talking()
        first.hear(.committed(itemId: "t1", after: .first), .transcribed(itemId: "t1", text: "Hello."))
        var next = first.takenOver()
        next.step(.message(.endSession))
        next.step(.stored)
        next.step(.scored(nil, error: "scoring_pending"))
        #expect(next.history.contains { $0.contains(" session_ended ") })
        #expect(next.history.contains { $0.hasSuffix("score scoring_pending") })
        #expect(next.did.last == "retire")
    }

    // MARK: No capacity at the server

    @Test func `a server without a free slot counts as unreachable`() throws {
        let full = try event(
            #"{"type":"error","error":{"type":"session_limit_reached","code":null,"message":"All slots are in use."}}"#)
        var rig = Rig()
        rig.step(.attached)
        for wait in [500, 1_000, 2_000, 4_000, 8_000] {
            rig.step(.upstreamOpened)
            rig.hear(full)
            #expect(rig.did.contains("start reconnect \(wait)"))
            rig.fire(.reconnect, after: wait)
        }
        rig.step(.upstreamOpened)
        rig.hear(full)
        #expect(rig.did.contains("send error upstream_unreachable fatal"))
        #expect(rig.did.contains("close 4503"))
        #expect(rig.conversation.phase == .waiting)
    }

    @Test(arguments: [
        (1008, "", RealtimeFailure.reconnect), (1008, "All session slots are in use", .reconnect),
        (3000, "server busy, try again later", .reconnect), (4000, "too many sessions", .reconnect),
        (1008, "Invalid API key", .fatal(code: "invalid_api_key")),
        (1008, "Unauthorized", .fatal(code: "invalid_api_key")),
        (1008, "invalid_request_error.model_not_found", .fatal(code: "model_not_found")),
    ])
    func `a close for lack of capacity is temporary, one for the key is permanent`(
        code: Int, reason: String, failure: RealtimeFailure
    ) {
        #expect(RealtimeFailure(closedWith: code, reason: reason) == failure)
    }

    // MARK: Errors of others, and errors without a code

    @Test func `an error for a request that is not ours requests no answer`() {
        var rig = Rig.talking()
        rig.hear(.committed(itemId: "t1", after: .first), .responseCreated(id: "r1"))
        rig.hear(.error(RealtimeError(code: "conversation_already_has_active_response")))
        rig.audio(100, of: "a1")
        rig.hear(.responseDone(.init(id: "r1", status: .completed, output: [])))
        #expect(!rig.history.contains("respond"))
    }

    @Test func `a request that lost a race is repeated, even if the error's name is in its type`() throws {
        var rig = Rig.talking()
        rig.hear(.responseCreated(id: "r1"))
        rig.step(.message(.text("Hello?")))
        rig.hear(.responseDone(.init(id: "r1", status: .cancelled, output: [])))
        let id = try #require(rig.commands.last { $0.command == .createResponse }?.id)
        rig.hear(.responseCreated(id: "r2"))
        rig.hear(
            try event(
                #"{"type":"error","error":{"type":"conversation_already_has_active_response","code":null,"message":"m","param":null,"event_id":"\#(id)"}}"#
            ))
        let before = rig.history.count { $0 == "respond" }
        rig.hear(.responseDone(.init(id: "r2", status: .completed, output: [])))
        #expect(rig.history.count { $0 == "respond" } == before + 1)
    }

    @Test(arguments: [
        (RealtimeError(type: "insufficient_quota"), RealtimeFailure.fatal(code: "insufficient_quota")),
        (RealtimeError(type: "session_expired"), .reconnect),
        (RealtimeError(type: "rate_limit_exceeded"), .retryResponse),
        (RealtimeError(type: "session_limit_reached"), .reconnect),
        (RealtimeError(type: "unknown_or_invalid_event"), .benign),
    ])
    func `the name of an error may stand in its type`(error: RealtimeError, failure: RealtimeFailure) {
        #expect(RealtimeFailure(error, isSessionUpdate: false) == failure)
    }

    // MARK: Function calls

    @Test(arguments: [
        #"{"type":"response.function_call_arguments.done","event_id":"e","response_id":"r1","item_id":"f1","output_index":1,"call_id":"call_1","arguments":"{\"outcome\":\"rejected\"}","name":"end_conversation"}"#,
        #"{"type":"response.function_call_arguments.done","event_id":"e","response_id":"r1","item_id":"f1","output_index":1,"call_id":"call_1","arguments":"{\"outcome\":\"rejected\"}"}"#,
        #"{"type":"response.function_call_arguments.done","response_id":"r1","item_id":"f1","arguments":"{\"outcome\":\"rejected\"}"}"#,
        #"{"type":"response.output_item.done","response_id":"r1","item":{"id":"f1","type":"function_call","name":"end_conversation","call_id":"call_1","arguments":"{\"outcome\":\"rejected\"}"}}"#,
    ])
    func `a function call is recognized in every event that carries it`(stated: String) throws {
        var rig = Rig.talking()
        rig.hear(.responseCreated(id: "r1"))
        rig.hear(try event(stated))
        #expect(rig.ending == nil)
        rig.hear(.responseDone(.init(id: "r1", status: .completed, output: [])))
        #expect(rig.history.contains("record end end_conversation:rejected rejected"))
    }

    @Test func `a function call that is stated three times is done once`() throws {
        var rig = Rig.talking()
        rig.hear(.responseCreated(id: "r1"))
        let item = #"{"id":"f1","type":"function_call","name":"order_pizza","call_id":"call_1","arguments":""}"#
        let whole = #"{"id":"f1","type":"function_call","name":"order_pizza","call_id":"call_1","arguments":"{}"}"#
        rig.hear(try event(#"{"type":"response.output_item.added","response_id":"r1","item":\#(item)}"#))
        rig.hear(
            try event(
                #"{"type":"response.function_call_arguments.done","response_id":"r1","item_id":"f1","call_id":"call_1","arguments":"{}"}"#
            ))
        rig.hear(try event(#"{"type":"response.output_item.done","response_id":"r1","item":\#(whole)}"#))
        rig.hear(
            try event(#"{"type":"response.done","response":{"id":"r1","status":"completed","output":[\#(whole)]}}"#))
        #expect(rig.history.count { $0.hasPrefix("output call_1") } == 1)
    }

    @Test func `a function call of an answer that was broken off is not done`() throws {
        var rig = Rig.talking()
        rig.hear(.responseCreated(id: "r1"))
        rig.hear(
            try event(
                #"{"type":"response.function_call_arguments.done","response_id":"r1","item_id":"f1","call_id":"call_1","arguments":"{\"outcome\":\"rejected\"}","name":"end_conversation"}"#
            ))
        rig.hear(.responseDone(.init(id: "r1", status: .cancelled, output: [])))
        #expect(rig.conversation.phase == .live(.talking))
        rig.hear(.responseCreated(id: "r2"), .responseDone(.init(id: "r2", status: .completed, output: [])))
        #expect(rig.conversation.phase == .live(.talking))
    }
}
