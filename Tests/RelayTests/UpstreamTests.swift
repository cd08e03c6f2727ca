import Domain
import Storage
import Testing

@testable import RelayService

/// What is done when OpenAI refuses, fails, or cannot be reached.
@Suite struct UpstreamTests {
    private func connecting() -> Rig {
        var rig = Rig()
        rig.step(.attached)
        rig.step(.upstreamOpened)
        return rig
    }

    @Test func `a transcription model that is refused is replaced once`() {
        var rig = connecting()
        let refusal = RealtimeEvent.error(
            RealtimeError(code: "invalid_value", param: "session.audio.input.transcription.model", eventId: "session_1")
        )
        #expect(rig.hear(refusal) == ["update gpt-4o-mini-transcribe verse"])
        #expect(rig.hear(.sessionUpdated).contains("send ready 0 active"))
        var again = connecting()
        again.hear(refusal)
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
        .fatal(code: "beta_api_shape_disabled"),
    ])
    func `what will not get better ends the session at once and says so`(failure: RealtimeFailure) {
        var rig = Rig()
        rig.step(.attached)
        rig.step(.upstreamLost(failure, detail: ""))
        #expect(rig.did.contains("send error upstream_failed fatal"))
        #expect(!rig.did.contains { $0.hasPrefix("start reconnect") })
        #expect(rig.ending?.endTrigger.hasPrefix("upstream:") == true)
    }

    @Test func `an upstream that cannot be reached is tried six times, and then the client may come again`() {
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
        #expect(rig.machine.phase == .waiting)
        #expect(rig.step(.attached).contains("connect"))
        #expect(!rig.did.contains { $0.contains("Session_Start") })
    }

    @Test func `a session that is not confirmed in time counts as not reached`() {
        var rig = connecting()
        #expect(rig.fire(.connect, after: 20_000).contains("disconnect"))
        #expect(rig.did.contains("start reconnect 500"))
    }

    @Test func `an upstream that is lost in mid-conversation ends it with a stated reason`() {
        var rig = Rig.talking()
        rig.step(.upstreamLost(.reconnect, detail: "closed"))
        #expect(rig.did.contains("send 2 error upstream_failed fatal"))
        #expect(rig.ending?.endTrigger == "upstream:upstream_lost")
    }

    @Test(arguments: ["truncate_3", "delete_4", "cancel_5", "commit_6", "clear_7"])
    func `taking back what is over already has no consequence`(eventId: String) {
        var rig = Rig.talking()
        #expect(
            rig.hear(.error(RealtimeError(type: "invalid_request_error", code: "invalid_value", eventId: eventId)))
                == [])
        #expect(rig.machine.phase == .talking)
    }
}
