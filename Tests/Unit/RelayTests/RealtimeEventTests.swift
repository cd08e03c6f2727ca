import Domain
import Foundation
import Testing

@testable import Conversation
@testable import RelayService

@Suite struct RealtimeEventTests {
    @Test(arguments: [
        (
            #"{"type":"session.created","session":{"id":"sess_1","expires_at":1795341542}}"#,
            RealtimeEvent.sessionCreated(id: "sess_1", expiresAt: 1_795_341_542)
        ),
        (#"{"type":"session.updated","session":{}}"#, .sessionUpdated),
        (
            #"{"type":"error","error":{"type":"invalid_request_error","code":"unknown_parameter","message":"m","param":"session.x","event_id":"e_1"}}"#,
            .error(
                RealtimeError(
                    type: "invalid_request_error", code: "unknown_parameter", message: "m", param: "session.x",
                    eventId: "e_1"))
        ),
        (#"{"type":"error","error":"out of memory"}"#, .error(RealtimeError(message: "out of memory"))),
        (#"{"type":"error","error":{"code":null}}"#, .error(RealtimeError())),
        (
            #"{"type":"input_audio_buffer.speech_started","audio_start_ms":1000,"item_id":"item_1"}"#,
            .speechStarted(itemId: "item_1", audioStartMs: 1000)
        ),
        (
            #"{"type":"input_audio_buffer.speech_stopped","audio_end_ms":2000.0}"#,
            .speechStopped(itemId: nil, audioEndMs: 2000)
        ),
        (
            #"{"type":"input_audio_buffer.committed","previous_item_id":null,"item_id":"item_1"}"#,
            .committed(itemId: "item_1", after: .first)
        ),
        (#"{"type":"input_audio_buffer.committed","item_id":"item_1"}"#, .committed(itemId: "item_1", after: .unknown)),
        (
            #"{"type":"conversation.item.added","previous_item_id":"item_0","item":{"id":"item_1","type":"message","role":"user","content":[{"type":"input_audio","transcript":null}]}}"#,
            .itemAdded(.init(id: "item_1", kind: .user), after: .item("item_0"))
        ),
        (
            #"{"type":"conversation.item.created","item":{"id":"a","type":"message","role":"assistant","content":[{"type":"text","text":"Hi"}]}}"#,
            .itemAdded(.init(id: "a", kind: .assistant, text: "Hi"), after: .unknown)
        ),
        (
            #"{"type":"conversation.item.input_audio_transcription.completed","item_id":"item_1","transcript":"Hello."}"#,
            .transcribed(itemId: "item_1", text: "Hello.")
        ),
        (
            #"{"type":"conversation.item.input_audio_transcription.completed","item_id":"item_1","transcript":"It is harmless.","logprobs":[{"token":"It","logprob":-0.1},{"token":" is","logprob":-0.2},{"token":" harm","logprob":-0.4},{"token":"less","logprob":-0.6},{"token":".","logprob":-3}]}"#,
            .transcribed(itemId: "item_1", text: "It is harmless.", unsureWords: ["harmless"])
        ),
        (
            #"{"type":"conversation.item.input_audio_transcription.completed","item_id":"item_1","transcript":"Hello.","logprobs":[{"token":7}]}"#,
            .transcribed(itemId: "item_1", text: "Hello.")
        ),
        (
            #"{"type":"conversation.item.input_audio_transcription.failed","item_id":"item_1","error":{"code":"x"}}"#,
            .transcriptionFailed(itemId: "item_1", code: "x")
        ),
        (#"{"type":"response.created","response":{"id":"resp_1"}}"#, .responseCreated(id: "resp_1")),
        (
            #"{"type":"response.output_audio_transcript.delta","response_id":"r","item_id":"i","delta":"Hel"}"#,
            .words(itemId: "i", responseId: "r", delta: "Hel")
        ),
        (
            #"{"type":"response.audio_transcript.done","response_id":"r","item_id":"i","transcript":"Hello"}"#,
            .wordsDone(itemId: "i", responseId: "r", text: "Hello")
        ),
        (
            #"{"type":"response.text.done","item_id":"i","text":"Hello"}"#,
            .wordsDone(itemId: "i", responseId: nil, text: "Hello")
        ),
        (
            #"{"type":"response.audio.delta","item_id":"i","response_id":"r","delta":"AAAA"}"#,
            .audio(.init(itemId: "i", responseId: "r", base64: "AAAA"))
        ),
        (
            #"{"type":"rate_limits.updated","rate_limits":[{"remaining":0,"reset_seconds":2.5},{"remaining":7,"reset_seconds":9}]}"#,
            .rateLimits(waitSeconds: 2.5)
        ),
        (
            #"{"type":"rate_limits.updated","rate_limits":[{"reset_seconds":0.06},{"reset_seconds":2}]}"#,
            .rateLimits(waitSeconds: 0)
        ),
        (
            #"{"type":"conversation.item.created","previous_item_id":null,"item":{"id":"u","type":"message","role":"user","status":null,"content":[{"type":"input_text","text":"Hi"}]}}"#,
            .itemAdded(.init(id: "u", kind: .user, text: "Hi", isTyped: true), after: .first)
        ),
        (
            #"{"type":"conversation.item.done","item":{"id":"u","type":"message","role":"user","status":"completed","content":[{"type":"input_audio","transcript":"Hi"}]}}"#,
            .itemAdded(.init(id: "u", kind: .user, text: "Hi", status: .completed), after: .unknown)
        ),
        (
            #"{"type":"response.output_item.done","response_id":"r","item":{"id":"a","type":"message","role":"assistant","status":"incomplete","content":null}}"#,
            .outputItem(.init(id: "a", kind: .assistant, status: .incomplete), responseId: "r", isDone: true)
        ),
        (
            #"{"type":"input_audio_buffer.speech_started","audio_start_ms":null,"item_id":null,"event_id":null}"#,
            .speechStarted(itemId: nil, audioStartMs: nil)
        ),
        (
            #"{"type":"response.done","response":{"id":null,"status":null,"status_details":null,"output":null,"usage":null}}"#,
            .responseDone(.init(status: .completed, output: []))
        ),
        (#"{"type":"localai.something","x":1}"#, .other(type: "localai.something")),
        (#"{"type":"input_audio_buffer.committed"}"#, .other(type: "input_audio_buffer.committed")),
    ])
    func `events of both dialects are read`(text: String, event: RealtimeEvent) {
        #expect(RealtimeEvent(Data(text.utf8)) == event)
    }

    @Test func `response.done holds status, items, calls and tokens`() throws {
        let text = #"""
            {"type":"response.done","response":{"object":"realtime.response","id":"resp_1","status":"completed","status_details":null,
             "output":[
              {"id":"item_2","type":"message","role":"assistant","content":[{"type":"output_audio","transcript":"Bye."}]},
              17,
              {"id":"item_3","type":"function_call","name":"end_conversation","call_id":"call_1","arguments":"{\"outcome\":\"converted\"}"}],
             "usage":{"total_tokens":253,"input_tokens":132,"output_tokens":121,"input_token_details":{"cached_tokens":64}}}}
            """#
        let event = RealtimeEvent(Data(text.utf8))
        #expect(
            event
                == .responseDone(
                    .init(
                        id: "resp_1", status: .completed,
                        output: [
                            .init(id: "item_2", kind: .assistant, text: "Bye."),
                            .init(
                                id: "item_3",
                                kind: .functionCall(
                                    .init(
                                        callId: "call_1", name: "end_conversation",
                                        arguments: #"{"outcome":"converted"}"#))),
                        ], usage: TokenUsage(inputTokens: 132, cachedInputTokens: 64, outputTokens: 121))))
    }

    @Test func `a failed response names its error`() {
        let text =
            #"{"type":"response.done","response":{"id":"r","status":"failed","status_details":{"type":"failed","error":{"code":"insufficient_quota"}}}}"#
        guard case .responseDone(let response) = RealtimeEvent(Data(text.utf8)) else {
            Issue.record("not read")
            return
        }
        #expect(response.status == .failed)
        #expect(response.error?.code == "insufficient_quota")
    }

    @Test(arguments: ["", "null", "[]", "{}", #"{"type":7}"#, #"{"type":"x""#])
    func `bytes that are not an event are refused`(text: String) {
        #expect(RealtimeEvent(Data(text.utf8)) == nil)
    }

    @Test(arguments: [
        (RealtimeError(code: "conversation_already_has_active_response"), false, RealtimeFailure.askAgainAfterResponse),
        (RealtimeError(code: "response_cancel_not_active"), false, .benign),
        (RealtimeError(code: "input_audio_buffer_commit_empty"), false, .benign),
        (
            RealtimeError(
                type: "invalid_request_error", message: "Audio content of 100ms is already shorter than 200ms"), false,
            .benign
        ),
        (RealtimeError(type: "invalid_request_error", code: "unknown_parameter"), false, .ourMistake),
        (
            RealtimeError(type: "invalid_request_error", code: "unknown_parameter", param: "session.x"), true,
            .fatal(code: "session_refused")
        ),
        (
            RealtimeError(code: "invalid_value", param: "session.audio.input.transcription.model"), true,
            .transcriptionRefused
        ),
        (RealtimeError(code: "cannot_update_voice"), true, .voiceRefused),
        (RealtimeError(code: "model_not_found"), false, .fatal(code: "model_not_found")),
        (RealtimeError(code: "insufficient_quota"), false, .fatal(code: "insufficient_quota")),
        (RealtimeError(code: "rate_limit_exceeded"), false, .retryResponse),
        (RealtimeError(type: "server_error"), false, .retryResponseOnce),
        (RealtimeError(code: "session_expired"), false, .reconnect),
        (RealtimeError(code: "never_heard_of"), false, .benign),
    ])
    func `each error has its consequence`(error: RealtimeError, isUpdate: Bool, failure: RealtimeFailure) {
        #expect(RealtimeFailure(error, isSessionUpdate: isUpdate) == failure)
    }

    @Test func `refused handshakes and close codes have their consequences`() {
        #expect(RealtimeFailure(refusedWith: 401, body: "") == .fatal(code: "invalid_api_key"))
        #expect(RealtimeFailure(refusedWith: 429, body: "") == .reconnect)
        #expect(RealtimeFailure(refusedWith: 503, body: "") == .reconnect)
        #expect(RealtimeFailure(refusedWith: 302, body: "") == .fatal(code: "upstream_refused"))
        #expect(
            RealtimeFailure(refusedWith: 404, body: #"{"code":"model_not_found"}"#) == .fatal(code: "model_not_found"))
        #expect(
            RealtimeFailure(closedWith: 4000, reason: "invalid_request_error.beta_api_shape_disabled")
                == .fatal(code: "beta_api_shape_disabled"))
        for code in [1001, 1005, 1006, 1011, 1012, 1013, 1015] {
            #expect(RealtimeFailure(closedWith: code, reason: "") == .reconnect)
        }
        #expect(RealtimeFailure(closedWith: nil, reason: "") == .reconnect)
        for code in [1002, 1003, 1007, 1009, 3000, 4000, 4999] {
            #expect(RealtimeFailure(closedWith: code, reason: "") == .fatal(code: "upstream_refused"))
        }
    }
}
