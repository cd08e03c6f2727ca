import Domain
import Storage
import Testing

@testable import Conversation
@testable import RelayService

/// Clients that leave, come back, and take each other's place.
@Suite struct ClientReturnTests {
    @Test func `a lost client suspends the session and stops the running answer at what was heard`() {
        var rig = Rig.talking()
        rig.hear(.responseCreated(id: "r1"))
        rig.audio(4_000, of: "a1")
        #expect(
            rig.step(.detached, after: 1_000).filter { !$0.hasPrefix("stop") } == [
                "clear buffer", "cancel r1", "start resume 60000", "record phase suspended",
            ])

        #expect(rig.microphone(20) == .drop)
        #expect(rig.audio(20, of: "a2") == .drop)
    }

    @Test func `a complete answer continues where it stopped when the client is back`() {
        var rig = Rig.talking()
        rig.answer("one two three four", length: 4_000)
        rig.fire(.playback, after: 1)
        rig.step(.detached, after: 999)
        #expect(!rig.did.contains { $0.hasPrefix("truncate") })
        #expect(rig.step(.attached, after: 20_000).contains("send ready 2 active"))
        rig.step(.message(.resume(lastSeq: 1, played: .init(itemId: "a1", offsetMs: 800))), after: 50)
        #expect(
            rig.did.filter { $0.hasPrefix("send") || $0.hasPrefix("replay") } == [
                "send 2 AVATAR one two three four", "replay a1 from 800", "send resumed 2 2 1",
            ])
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: nil), after: 200)
        #expect(rig.did.contains("send clear a1 1000"))
    }

    @Test func `a client that played on into the next item goes on there`() {
        var rig = Rig.talking()
        rig.hear(.responseCreated(id: "r1"))
        rig.audio(4_000, of: "a1")
        rig.audio(2_000, of: "a2")
        rig.hear(
            .wordsDone(itemId: "a1", responseId: "r1", text: "one."),
            .wordsDone(itemId: "a2", responseId: "r1", text: "two."),
            .responseDone(.init(id: "r1", status: .completed, output: [])))
        rig.step(.detached, after: 1_000)
        rig.step(.attached, after: 5_000)
        rig.step(.message(.resume(lastSeq: 1, played: .init(itemId: "a2", offsetMs: 1_000))))
        #expect(rig.did.filter { $0.hasPrefix("replay") } == ["replay a2 from 1000"])
        rig.fire(.playback, after: 1_000)
        #expect(rig.transcript.map(\.text) == ["one.", "two."])
    }

    @Test func `an answer that was lost in the gap is given once to the returning client`() {
        var rig = Rig.talking()
        rig.hear(.responseCreated(id: "r1"))
        rig.audio(4_000, of: "a1")
        rig.step(.detached, after: 1_000)
        rig.hear(.responseDone(.init(id: "r1", status: .cancelled, output: [])))
        rig.step(.attached, after: 2_000)
        #expect(!rig.did.contains("respond"))
        rig.step(.message(.resume(lastSeq: 1, played: .init(itemId: "a1", offsetMs: 1_000))))
        #expect(rig.did.contains("respond"))
        rig.answer("one two three four", item: "a2", response: "r2")
        #expect(rig.history.filter { $0 == "respond" }.count == 1)
    }

    @Test func `what a client played while disconnected counts, and it drops the rest`() {
        var rig = Rig.talking()
        rig.hear(.responseCreated(id: "r1"))
        rig.audio(4_000, of: "a1")
        rig.step(.detached, after: 1_000)
        rig.hear(
            .wordsDone(itemId: "a1", responseId: "r1", text: "one two three four"),
            .responseDone(.init(id: "r1", status: .cancelled, output: [])))
        #expect(rig.transcript.map(\.text) == ["one"])
        rig.step(.attached, after: 5_000)
        rig.step(.message(.resume(lastSeq: 2, played: .init(itemId: "a1", offsetMs: 2_500))))
        #expect(rig.did.contains("send 3 AVATAR one two //"))
        #expect(rig.did.contains("send clear a1 2500"))
        #expect(rig.history.filter { $0.hasPrefix("truncate") } == ["truncate a1 2500"], "the model remembers as much")
        #expect(rig.transcript.map(\.endTime) == [3.5])
    }

    @Test func `an answer that begins without a listener is given to the returning client`() {
        var rig = Rig.talking()
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: nil), .speechStopped(itemId: "t1", audioEndMs: nil))
        rig.hear(.committed(itemId: "t1", after: .first))
        rig.step(.detached)
        #expect(rig.hear(.responseCreated(id: "r1")).contains("cancel r1"))
        rig.hear(.responseDone(.init(id: "r1", status: .cancelled, output: [])))
        rig.step(.attached)
        #expect(rig.fire(.resumeGrace, after: 1_000).contains("respond"))
    }

    @Test func `an answer that waits to be asked for again is given to the returning client`() {
        var rig = Rig.talking()
        let limited = RealtimeError(code: "rate_limit_exceeded")
        rig.hear(
            .responseCreated(id: "r1"), .responseDone(.init(id: "r1", status: .failed, error: limited, output: [])))
        rig.step(.detached)
        rig.step(.attached)
        #expect(rig.fire(.resumeGrace, after: 1_000).contains("respond"))
    }

    @Test(arguments: [true, false])
    func `an answer that was asked for before its listener changed is given once`(isReplaced: Bool) {
        var rig = Rig.talking()
        rig.step(.message(.text("Hello")))
        if !isReplaced { rig.step(.detached) }
        rig.step(.attached)
        if !isReplaced { rig.step(.message(.resume(lastSeq: 2, played: nil))) }
        rig.answer("Good day.")
        rig.fire(.playback, after: 1_000)
        #expect(rig.history.filter { $0 == "respond" }.count == 1)
    }

    @Test func `a line that a returning client types instead of resuming is answered once`() {
        var rig = Rig.talking()
        rig.hear(.speechStopped(itemId: "t1", audioEndMs: nil), .committed(itemId: "t1", after: .first))
        rig.step(.detached)
        rig.hear(.responseCreated(id: "r1"), .responseDone(.init(id: "r1", status: .cancelled, output: [])))
        rig.step(.attached)
        rig.step(.message(.text("Hello")))
        rig.answer("Good day.", response: "r2")
        #expect(rig.history.filter { $0 == "respond" }.count == 1)
    }

    @Test func `an answer that the server begins by itself for the next client is the only one`() {
        var rig = Rig.talking()
        rig.hear(.speechStopped(itemId: "t1", audioEndMs: nil), .committed(itemId: "t1", after: .first))
        rig.step(.attached)
        rig.step(.message(.resume(lastSeq: 1, played: nil)))
        let request = rig.commands.last?.id
        rig.hear(.responseCreated(id: "r1"))
        rig.hear(.error(RealtimeError(code: "conversation_already_has_active_response", eventId: request)))
        rig.audio(500, of: "a1")
        rig.hear(
            .wordsDone(itemId: "a1", responseId: "r1", text: "Yes?"), .audioDone(itemId: "a1", responseId: "r1"),
            .responseDone(.init(id: "r1", status: .completed, output: [])))
        #expect(rig.history.filter { $0 == "respond" }.count == 1)
    }

    @Test func `half a sentence of a client that left is not answered`() {
        var rig = Rig.talking()
        rig.microphone(1_000, after: 1_000)
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: 500))
        #expect(rig.step(.detached).contains("clear buffer"))
        rig.step(.attached, after: 1_000)
        rig.step(.message(.resume(lastSeq: 1, played: nil)))
        #expect(!rig.did.contains("respond"))
        // Nor is it sent again when the upstream connection is lost.
        rig.step(.upstreamLost(.reconnect, detail: ""))
        rig.step(.upstreamOpened)
        #expect(!rig.hear(.sessionUpdated).contains { $0.hasPrefix("say") })
    }

    @Test func `speech of a client that has just left does not count as the next one's`() {
        var rig = Rig.talking()
        rig.microphone(1_000, after: 1_000)
        rig.step(.detached)
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: 500))
        rig.step(.attached)
        rig.step(.message(.resume(lastSeq: 1, played: nil)))
        #expect(rig.fire(.idle, after: 30_000).contains("respond"), "nobody speaks")
        rig.answer("Are you there?")
        #expect(rig.step(.message(.text("Yes.")), after: 2_000).contains("respond"))
    }

    @Test func `a resume repeats every missed message unchanged`() {
        var rig = Rig.talking()
        rig.step(.supervisorFound)
        rig.step(.verdict(verdict(1, 4)))
        let first = rig.sent
        rig.step(.detached)
        rig.step(.verdict(verdict(2, 5)), after: 100)
        rig.step(.attached, after: 100)
        let before = rig.sent.count
        rig.step(.message(.resume(lastSeq: 0, played: nil)))
        let again = Array(rig.sent.dropFirst(before))
        #expect(Array(again.prefix(2)) == first.filter { if case .attitude = $0 { true } else { false } })
        #expect(again.count == 4)
        #expect(rig.did.last == "send resumed 1 3 3")
    }

    @Test func `newer messages wait until a returning client has said what it missed`() {
        var rig = Rig.talking()
        rig.step(.detached)
        rig.step(.attached)
        rig.step(.verdict(verdict(1, 4)))
        #expect(!rig.did.contains { $0.hasPrefix("send") })
        rig.step(.message(.resume(lastSeq: 1, played: nil)))
        #expect(rig.did.filter { $0.hasPrefix("send") } == ["send 2 attitude 4", "send resumed 2 2 1"])
    }

    @Test func `a client without resume support gets new messages when it continues to talk`() {
        var rig = Rig.talking()
        rig.answer("one two three four", length: 4_000)
        rig.fire(.playback, after: 1)
        rig.step(.detached, after: 1_000)
        rig.step(.attached)
        rig.step(.verdict(verdict(1, 4)))
        #expect(rig.microphone(20) == .forward(offsetMs: 0))
        #expect(rig.did.contains("send 3 attitude 4"))
        #expect(rig.did.contains("truncate a1 1001"))
    }

    @Test func `a client that sends nothing gets new messages after a second`() {
        var rig = Rig.talking()
        rig.step(.detached)
        #expect(rig.step(.attached).contains("start resumeGrace 1000"))
        rig.step(.verdict(verdict(1, 4)))
        #expect(rig.fire(.resumeGrace, after: 1_000).contains("send 2 attitude 4"))
    }

    @Test(arguments: [-1, 2, 99])
    func `a resume from an unknown number fails and states the current one`(lastSeq: Int) {
        var rig = Rig.talking()
        rig.step(.detached)
        rig.step(.attached)
        #expect(
            rig.step(.message(.resume(lastSeq: lastSeq, played: nil))).contains("send resume_failed history_expired 1"))
    }

    @Test func `a resume that comes before ready is kept until then`() {
        var rig = Rig()
        rig.step(.attached)
        #expect(rig.step(.message(.resume(lastSeq: 0, played: nil))) == [])
        rig.step(.upstreamOpened)
        #expect(rig.hear(.sessionUpdated).contains("send resumed 1 0 0"))
    }

    @Test func `the newest client wins and the old one is notified`() {
        var rig = Rig.talking()
        #expect(
            rig.step(.attached).filter { $0.hasPrefix("send") || $0.hasPrefix("close") || $0 == "welcome" } == [
                "welcome", "send error replaced fatal", "close 4409", "send ready 1 active",
            ])

        #expect(rig.conversation.phase == .live(.talking))
    }

    @Test func `a session whose client does not return in time ends as walked away`() {
        var rig = Rig.talking()
        rig.step(.detached)
        rig.fire(.resume, after: 60_000)
        #expect(rig.ending?.endTrigger == "client_lost")
        #expect(rig.ending?.outcome == .walkedAway)
    }

    @Test func `a session that no client begins is ended as well`() {
        var rig = Rig()
        #expect(rig.step(.opened) == ["start resume 60000"])
        rig.fire(.resume, after: 60_000)
        #expect(rig.ending?.endTrigger == "client_lost")
    }

    @Test func `a client that left while connecting finds the session ready`() {
        var rig = Rig()
        rig.step(.attached)
        rig.step(.detached)
        rig.step(.upstreamOpened)
        rig.hear(.sessionUpdated)
        #expect(rig.conversation.phase == .live(.suspended))
        #expect(rig.step(.attached).contains("send ready 0 active"))
        #expect(rig.did.contains("send 1 attitude 3"), "the mood meter still has its first value")
        #expect(rig.conversation.phase == .live(.talking))
    }
}
