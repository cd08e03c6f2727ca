import Domain
import Storage
import Testing

@testable import Conversation
@testable import RelayService

/// What the conversation does when OpenAI refuses, fails, or cannot be reached.
@Suite struct UpstreamTests {
    private func connecting() -> Rig {
        var rig = Rig()
        rig.step(.attached)
        rig.step(.upstreamOpened)
        return rig
    }

    @Test func `a transcription model that is refused is replaced, and then left out`() {
        var rig = connecting()
        let refusal = RealtimeEvent.error(
            RealtimeError(code: "invalid_value", param: "session.audio.input.transcription.model", eventId: "session_1")
        )
        #expect(rig.hear(refusal) == ["update gpt-realtime-whisper verse"])
        #expect(rig.hear(.sessionUpdated).contains("send ready 0 active"))
        #expect(rig.refused == [.transcription(model: "gpt-transcribe")])
        var again = connecting()
        again.hear(refusal)
        #expect(again.hear(refusal).contains("update none verse"))
        again.hear(refusal)
        #expect(again.history.contains("disconnect"))
        #expect(again.history.contains("send error upstream_failed fatal"))
    }

    @Test func `a voice that is refused is left out`() {
        var rig = connecting()
        #expect(
            rig.hear(.error(RealtimeError(code: "cannot_update_voice", eventId: "session_1"))) == [
                "update gpt-transcribe -"
            ])
    }

    @Test(arguments: [
        RealtimeFailure.fatal(code: "invalid_api_key"), .fatal(code: "model_not_found"),
        .fatal(code: "beta_api_shape_disabled"), .fatal(code: "upstream_tls"), .fatal(code: "upstream_proxy"),
    ])
    func `a permanent failure ends the session at once with an error`(failure: RealtimeFailure) {
        var rig = Rig()
        rig.step(.attached)
        rig.step(.upstreamLost(failure, detail: ""))
        #expect(rig.did.contains("send error upstream_failed fatal"))
        #expect(!rig.did.contains { $0.hasPrefix("start reconnect") })
        #expect(rig.ending?.endTrigger.hasPrefix("upstream:") == true)
    }

    @Test func `an unreachable upstream is tried six times, and then the client may reconnect`() {
        var rig = Rig()
        rig.step(.attached)
        for wait in [500, 1_000, 2_000, 4_000, 8_000] {
            rig.step(.upstreamLost(.reconnect, detail: ""))
            #expect(rig.did.contains("start reconnect \(wait)"))
            #expect(rig.did.contains("send status reconnecting"))
            #expect(rig.fire(.reconnect, after: wait).contains("connect"))
        }
        rig.step(.upstreamLost(.reconnect, detail: ""))
        #expect(rig.did.contains("send error upstream_unreachable fatal"))
        #expect(rig.did.contains("close 4503"))
        #expect(rig.conversation.phase == .waiting)
        #expect(rig.step(.attached).contains("connect"))
        #expect(!rig.did.contains { $0.contains("Session_Start") })
    }

    @Test func `an upstream that does not confirm in time counts as unreachable`() {
        var rig = connecting()
        #expect(rig.fire(.connect, after: 20_000).contains("disconnect"))
        #expect(rig.did.contains("start reconnect 500"))
    }

    @Test func `a connection that is lost repeatedly is given up with a stated reason`() {
        var rig = Rig.talking()
        for _ in 0..<Upstream.mostLosses {
            rig.step(.upstreamLost(.reconnect, detail: "closed"))
            #expect(rig.did.contains("start reconnect 500"))
            rig.fire(.reconnect, after: 500)
            rig.step(.upstreamOpened)
            rig.hear(.sessionUpdated)
        }
        rig.step(.upstreamLost(.reconnect, detail: "closed"))
        #expect(rig.did.contains("send 2 error upstream_failed fatal"))
        #expect(rig.ending?.endTrigger == "upstream:upstream_lost")
    }

    @Test func `a connection that cannot be replaced ends the conversation with a stated reason`() {
        var rig = Rig.talking()
        rig.hear(.committed(itemId: "t1", after: .first), .transcribed(itemId: "t1", text: "Hello."))
        for _ in 0..<6 {
            rig.step(.upstreamLost(.reconnect, detail: "closed"))
            rig.fire(.reconnect, after: 500)
        }
        rig.step(.upstreamLost(.reconnect, detail: "closed"))
        #expect(rig.ending?.endTrigger == "upstream:upstream_lost")
    }

    @Test func `a session continues in another process with the same numbers`() {
        var first = Rig.talking()
        first.step(.supervisorFound)
        first.hear(.committed(itemId: "t1", after: .first), .transcribed(itemId: "t1", text: "Hello."))
        first.answer("Good day.", length: 1_000)
        first.fire(.playback, after: 1_000)
        first.step(.verdict(verdict(1, 4)))
        first.step(.finding(finding("age_check")))
        let facts = first.facts
        var second = Rig {
            $0.facts = facts
            $0.elapsed = SessionTime(milliseconds: 10_000)
        }
        second.step(.opened)
        second.step(.attached, after: 12_000)
        #expect(!second.history.contains { $0.contains("Session_Start") })
        #expect(second.did.contains("start session 1788000"))
        second.step(.upstreamOpened)
        #expect(second.hear(.sessionUpdated).contains("send ready 5 active"))
        #expect(second.did.contains("user re_1 Hello."))
        let before = second.sent.count
        second.step(.message(.resume(lastSeq: 0, played: nil)))
        func numbered(_ messages: some Sequence<ServerMessage>) -> [ServerMessage] {
            messages.filter {
                switch $0 {
                case .transcript, .attitude, .compliance: true
                default: false
                }
            }
        }
        #expect(numbered(second.sent.dropFirst(before)) == numbered(first.sent))
        second.hear(.committed(itemId: "t2", after: .item("re_3")), .transcribed(itemId: "t2", text: "More."))
        #expect(second.did.contains("send 6 TRAINEE More."))
        #expect(second.facts.first.map { $0.seq } == (facts.last?.seq ?? 0) + 1)
        #expect(second.transcript.map(\.utteranceId) == ["u3"])
        second.step(.message(.endSession))
        #expect(second.ending?.facts.count == facts.count + second.facts.count)
    }

    @Test(arguments: ["truncate_3", "delete_4", "cancel_5", "commit_6", "clear_7"])
    func `a refused cancellation of something that is over has no consequence`(eventId: String) {
        var rig = Rig.talking()
        #expect(
            rig.hear(.error(RealtimeError(type: "invalid_request_error", code: "invalid_value", eventId: eventId)))
                == [])
        #expect(rig.conversation.phase == .live(.talking))
    }
}
