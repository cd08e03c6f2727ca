import Domain
import Storage
import Testing

@testable import Conversation
@testable import RelayService

/// A process stops, or dies, and the session continues in another one.
@Suite struct LeavingTests {
    private func taken(_ facts: [RecordedFact], at seconds: Int) -> Rig {
        Rig {
            $0.facts = facts
            $0.elapsed = SessionTime(milliseconds: seconds * 1_000)
        }
    }

    // MARK: Stopping

    @Test func `a session in a pause is handed over at once, and its client is asked to reconnect`() {
        var rig = Rig.talking()
        rig.step(.supervisorFound)
        #expect(
            rig.step(.leave).filter { !$0.hasPrefix("stop") } == [
                "start leave 5000", "clear buffer", "disconnect", "record phase suspended", "supervise close",
                "send going_away", "close 1001", "hand over",
            ])

        #expect(rig.ending == nil)
    }

    @Test func `what is being said is heard to its end and recorded first`() {
        var rig = Rig.talking()
        rig.answer("Good day.", length: 2_000)
        #expect(!rig.step(.leave, after: 500).contains("hand over"))
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: nil), after: 2_000)
        rig.fire(.playback)
        #expect(!rig.history.contains("hand over"))
        rig.hear(
            .speechStopped(itemId: "t1", audioEndMs: nil), .committed(itemId: "t1", after: .item("a1")), after: 900)
        rig.hear(.responseCreated(id: "r2"), .responseDone(.init(id: "r2", status: .cancelled, output: [])))
        #expect(!rig.history.contains("hand over"))
        #expect(rig.hear(.transcribed(itemId: "t1", text: "Hello.")).contains("hand over"))
        #expect(rig.transcript.map(\.text) == ["Good day.", "Hello."])
    }

    @Test func `a pause is waited for at most five seconds`() {
        var rig = Rig.talking()
        rig.hear(.responseCreated(id: "r1"), .words(itemId: "a1", responseId: "r1", delta: "one two three four"))
        rig.audio(20_000, of: "a1")
        rig.step(.leave)
        #expect(rig.fire(.leave, after: 5_000).contains("hand over"))
        #expect(rig.transcript.map(\.interrupted) == [true])
    }

    @Test func `a session without a client is handed over at once`() {
        var rig = Rig.talking()
        rig.step(.detached)
        #expect(rig.step(.leave).contains("hand over"))
        #expect(!rig.did.contains { $0.hasPrefix("close") })
    }

    @Test func `a process that drains hands over what has no client, and lets calls go on`() {
        var gone = Rig.talking()
        gone.step(.detached)
        #expect(gone.step(.drain).contains("hand over"))

        var talking = Rig.talking()
        #expect(talking.step(.drain).isEmpty)
        talking.answer("Good day.", length: 1_000)
        talking.fire(.playback, after: 1_000)
        #expect(!talking.history.contains("hand over"))
        #expect(talking.step(.detached).contains("hand over"))

        // Nobody has come for it yet.
        var waiting = Rig()
        waiting.step(.opened)
        #expect(waiting.step(.drain).contains("hand over"))
    }

    @Test func `a process that drains waits for words of a client that is gone, at most five seconds`() {
        func gone() -> Rig {
            var rig = Rig.talking()
            rig.hear(.speechStarted(itemId: "t1", audioStartMs: nil), after: 1_000)
            rig.hear(
                .speechStopped(itemId: "t1", audioEndMs: nil), .committed(itemId: "t1", after: .first), after: 900)
            rig.step(.drain)
            rig.step(.detached)
            return rig
        }
        var rig = gone()
        #expect(!rig.history.contains("hand over"))
        #expect(rig.hear(.transcribed(itemId: "t1", text: "Hello.")).contains("hand over"))
        #expect(rig.transcript.map(\.text) == ["Hello."])
        var silent = gone()
        #expect(silent.fire(.leave, after: 5_000).contains("hand over"))
        #expect(silent.transcript.map(\.text) == ["[inaudible]"])
        // A client that is back in time is sent on in the next pause, or after the same five seconds.
        var back = gone()
        #expect(!back.step(.attached).contains("hand over"))
        #expect(back.fire(.leave, after: 5_000).contains("send going_away"))
    }

    @Test func `what comes after the handover changes nothing`() {
        var rig = Rig.talking()
        rig.step(.detached)
        rig.step(.leave)
        let inputs: [Conversation.Input] = [
            .timer(.resume), .timer(.session), .timer(.leave), .leave, .drain, .supervisorFound,
            .verdict(verdict(1, 4)),
            .journal(.refused(waiting: 10_000)), .upstreamOpened,
        ]
        for input in inputs { #expect(rig.step(input, after: 1) == []) }
        #expect(rig.microphone(20) == .drop)
        #expect(rig.ending == nil)
    }

    @Test func `a session that is ending ends here`() {
        var rig = Rig.talking()
        rig.answer("Bye.", length: 9_000)
        rig.step(.message(.endSession))
        #expect(rig.step(.leave) == ["start leave 5000"], "its last words have a moment yet")
        rig.fire(.leave, after: 5_000)
        #expect(rig.ending?.endTrigger == "end_session")
        rig.step(.leave)
        #expect(rig.did.suffix(3) == ["send going_away", "close 1001", "retire"])
    }

    // MARK: Taking over

    @Test func `a session whose client may be waiting is kept for it`() {
        let facts = Rig.talking().facts
        var rig = taken(facts, at: 90)
        #expect(rig.step(.opened) == ["start resume 60000"])
        rig.step(.attached)
        #expect(rig.did.contains("connect"))
    }

    @Test func `a session whose client can no longer be waiting is ended`() {
        let facts = Rig.talking().facts
        var rig = taken(facts, at: 300)
        rig.step(.opened)
        #expect(rig.ending?.endTrigger == "relay_lost")
        #expect(rig.ending?.durationMs == 1_000, "it was over when the last of it was recorded")
    }

    @Test func `what was being said when a process died is an utterance as far as it was heard`() {
        var first = Rig.talking()
        first.hear(.speechStarted(itemId: "t1", audioStartMs: nil), after: 1_000)
        first.hear(.speechStopped(itemId: "t1", audioEndMs: nil), .committed(itemId: "t1", after: .first), after: 1_000)
        first.hear(
            .responseCreated(id: "r1"), .words(itemId: "a1", responseId: "r1", delta: "one two three four"), after: 500)
        first.audio(4_000, of: "a1")
        first.fire(.playback, after: 1)
        first.step(.message(.event(event("e1"))), after: 1_999)
        var second = taken(first.facts, at: 10)
        second.step(.opened)
        #expect(second.did.contains("send 2 TRAINEE [inaudible]") == false, "nobody is there yet")
        #expect(second.transcript.map(\.text) == ["[inaudible]", "one two"])
        #expect(second.transcript.map(\.utteranceId) == ["u1", "u2"])
        #expect(second.transcript.last?.interrupted == true)
        // The client heard more.
        second.step(.attached)
        second.step(.upstreamOpened)
        second.hear(.sessionUpdated)
        second.step(.message(.resume(lastSeq: 1, played: .init(itemId: "a1", offsetMs: 3_900))))
        #expect(second.transcript.last?.text == "one two three")
        #expect(second.did.contains("send clear a1 3900"))
        // It is there once after another takeover.
        let third = taken(first.facts + second.facts, at: 20)
        #expect(third.conversation.record.drafts.isEmpty)
        #expect(third.conversation.record.utterances.map(\.text) == ["[inaudible]", "one two three"])
    }

    @Test(arguments: ["handed over", "dead"])
    func `a line that was not answered is answered by the next process, once`(how: String) {
        var first = Rig.talking()
        first.hear(
            .speechStarted(itemId: "t1", audioStartMs: nil), .speechStopped(itemId: "t1", audioEndMs: nil),
            .committed(itemId: "t1", after: .first), .transcribed(itemId: "t1", text: "How much is it?"), after: 1_000)
        if how == "handed over" {
            first.step(.detached)
            #expect(first.step(.drain).contains("hand over"))
        }
        var second = first.takenOver()
        second.step(.upstreamOpened, after: 10_000)
        #expect(!second.hear(.sessionUpdated).contains("respond"))
        #expect(second.step(.message(.resume(lastSeq: 2, played: nil))).contains("respond"))
        second.answer("Ten euros.")
        second.fire(.playback, after: 1_000)
        let facts = first.facts + second.facts
        var third = taken(facts, at: 20)
        third.step(.opened)
        third.step(.attached)
        third.step(.upstreamOpened)
        third.hear(.sessionUpdated)
        #expect(!third.step(.message(.resume(lastSeq: 3, played: nil))).contains("respond"))
    }

    @Test func `a noise is no utterance, also after a takeover`() {
        var first = Rig.talking()
        first.hear(.committed(itemId: "t1", after: .first), .transcribed(itemId: "t1", text: ""))
        var second = taken(first.facts, at: 10)
        second.step(.opened)
        #expect(second.transcript.isEmpty)
    }

    @Test func `a session that was ending ends as it would have`() {
        var first = Rig.talking()
        first.hear(
            .responseDone(
                .init(
                    id: "r1", status: .completed,
                    output: [
                        .init(
                            id: "f1",
                            kind: .functionCall(
                                .init(
                                    callId: "c1", name: "end_conversation", arguments: #"{"outcome":"rejected"}"#)))
                    ])))
        let end = first.facts.firstIndex { if case .end = $0.content { true } else { false } } ?? 0
        for last in end..<first.facts.count {
            var second = taken(Array(first.facts[...last]), at: 30)
            second.step(.opened)
            #expect(second.ending?.endTrigger == "end_conversation:rejected")
            #expect(second.ending?.outcome == .rejected)
            let ends = second.ending?.facts.filter {
                if case .event(let event) = $0.content { event.data == "Session_End" } else { false }
            }
            #expect(ends?.count == 1)
            #expect(numbers(of: second) == numbers(of: first), "the client gets what it would have got")
        }
    }

    @Test func `an end by a fatal error is sent again under the same numbers`() {
        var first = Rig.talking()
        first.step(.upstreamLost(.fatal(code: "insufficient_quota"), detail: ""))
        var second = taken(first.facts, at: 30)
        second.step(.opened)
        #expect(second.ending?.endTrigger == "upstream:insufficient_quota")
        #expect(second.numbered == first.numbered)
    }

    @Test func `a client that is replaced in the moment of the handover is told so, and the new one to come again`() {
        var rig = Rig.talking()
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: nil), after: 1_000)
        rig.step(.leave)
        let effects = rig.conversation.handle(.attached, at: SessionTime(milliseconds: rig.now + 100))
        var released: [Int] = []
        var closed: [String] = []
        for case .release(let client) in effects.now { released.append(client) }
        for case .close(let client, let code, _) in effects.onceRecorded { closed.append("\(client) \(code.rawValue)") }
        #expect(released == [1, 2])
        #expect(closed == ["1 4409", "2 1001"])
    }

    private func numbers(of rig: Rig) -> [ServerMessage] { rig.numbered }
}
