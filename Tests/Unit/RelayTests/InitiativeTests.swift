import Domain
import Testing

@testable import Conversation
@testable import RelayService

/// What the customer says without being spoken to: the first words, and words into a silence.
@Suite struct InitiativeTests {
    // MARK: Opening

    private static let first = "system opening_1 [opening] Nobody has spoken yet, and you begin. Say: «Hm?»"

    private static func begins(_ plan: inout SessionPlan) {
        plan.scenario.opening = .init(speaker: .customer, afterMs: 1_200, says: "Hm?")
    }

    @Test func `a customer who begins is asked to after the pause, once`() {
        var rig = Rig.talking(Self.begins)
        #expect(rig.history.contains("start opening 1200"))
        #expect(rig.fire(.opening, after: 1_200).prefix(2) == [Self.first, "respond"])
        rig.answer("Hm?")
        rig.fire(.playback, after: 1_001)
        rig.step(.message(.text("Hello.")))
        #expect(rig.history.count { $0.contains("[opening]") } == 1)
    }

    @Test func `a trainee who is faster is answered instead`() {
        var spoken = Rig.talking(Self.begins)
        spoken.hear(.speechStarted(itemId: "t1", audioStartMs: nil), after: 900)
        spoken.fire(.opening, after: 300)
        #expect(!spoken.history.contains(Self.first))
        var typed = Rig.talking(Self.begins)
        typed.step(.message(.text("Hello.")), after: 900)
        typed.fire(.opening, after: 300)
        #expect(typed.history.count { $0 == "respond" } == 1)
        #expect(!typed.history.contains(Self.first))
    }

    @Test func `without an opening, or with the trainee's, the customer waits`() {
        #expect(!Rig.talking().history.contains { $0.hasPrefix("start opening") })
        let rig = Rig.talking { $0.scenario.opening = .init(speaker: .trainee) }
        #expect(!rig.history.contains { $0.hasPrefix("start opening") })
    }

    @Test func `a connection that is lost before the first words leads to the same beginning on the next`() {
        var rig = Rig.talking(Self.begins)
        rig.fire(.opening, after: 1_200)
        rig.step(.upstreamLost(.reconnect, detail: ""))
        rig.fire(.reconnect, after: 500)
        rig.step(.upstreamOpened)
        let did = rig.hear(.sessionUpdated)
        #expect(did.filter { $0.contains("[opening]") || $0 == "respond" }.count == 2)
        rig.answer("Hm?")
        rig.fire(.playback, after: 1_001)
        rig.step(.upstreamLost(.reconnect, detail: ""))
        rig.fire(.reconnect, after: 500)
        rig.step(.upstreamOpened)
        #expect(!rig.hear(.sessionUpdated).contains { $0.contains("[opening]") })
    }

    @Test func `a new relay has the customer begin only if nobody has spoken`() {
        var rig = Rig.talking(Self.begins)
        func next(_ rig: Rig) -> Rig {
            let facts = rig.facts
            var next = Rig {
                Self.begins(&$0)
                $0.facts = facts
                $0.elapsed = SessionTime(milliseconds: 10_000)
            }
            next.step(.opened)
            next.step(.attached)
            next.step(.upstreamOpened)
            next.hear(.sessionUpdated)
            return next
        }
        #expect(next(rig).history.contains("start opening 1200"))
        rig.fire(.opening, after: 1_200)
        rig.answer("Hm?")
        rig.fire(.playback, after: 1_001)
        #expect(!next(rig).history.contains("start opening 1200"))
    }

    // MARK: Silence

    private static func impatient(_ plan: inout SessionPlan) {
        plan.persona.silence = .init(first: 5, again: 8, leave: 12)
    }

    private func says(_ step: Silence.Step, _ number: Int) -> String {
        "system silence_\(number) \(RealtimePrompt.silence(step))"
    }

    @Test func `silence leads to a first reaction, a second one, and the goodbye, each after the last words`() {
        var rig = Rig.talking(Self.impatient)
        #expect(rig.history.contains("start silence 5000"))
        let first = rig.fire(.silence, after: 5_000)
        #expect(first.prefix(2) == [says(.first, 1), "respond"])
        rig.answer("Well?", length: 1_000, after: 300)
        #expect(rig.fire(.silence, after: 700).contains("start silence 8000"))
        #expect(rig.fire(.silence, after: 8_000).contains("start silence 300"))
        #expect(rig.fire(.silence, after: 300).prefix(2) == [says(.again, 2), "respond"])
        rig.answer("Hello?", item: "a2", response: "r2", length: 1_000, after: 300)
        rig.fire(.silence, after: 13_000)
        #expect(rig.did.prefix(2) == [says(.leave, 3), "respond"])
        rig.hear(.responseCreated(id: "r3"), after: 200)
        rig.audio(800, of: "a3", response: "r3")
        rig.hear(
            .wordsDone(itemId: "a3", responseId: "r3", text: "Goodbye."),
            .responseDone(
                .init(
                    id: "r3", status: .completed,
                    output: [
                        .init(
                            id: "f1",
                            kind: .functionCall(
                                .init(
                                    callId: "c1", name: "end_conversation",
                                    arguments: #"{"outcome":"walked_away"}"#)))
                    ])))
        rig.fire(.playback, after: 1_300)
        #expect(rig.ending?.endTrigger == "end_conversation:walked_away")
        #expect(rig.history.count { $0 == "respond" } == 3)
    }

    @Test func `a customer who says goodbye and does not leave is helped`() {
        var rig = Rig.talking(Self.impatient)
        for number in 1...3 {
            rig.fire(.silence, after: 13_000)
            rig.answer("Hm.", item: "a\(number)", response: "r\(number)", length: 500, after: 100)
        }
        #expect(rig.conversation.phase == .live(.talking))
        rig.fire(.silence, after: 6_000)
        rig.fire(.playback, after: Ending.playoutMarginMs)
        #expect(rig.ending?.endTrigger == "idle")
    }

    @Test func `words of the trainee, and what they do, start the wait again`() {
        var rig = Rig.talking(Self.impatient)
        rig.step(.message(.event(event("e1"))), after: 3_000)
        #expect(rig.fire(.silence, after: 2_000) == ["start silence 3000"])
        #expect(rig.fire(.silence, after: 3_000).contains(says(.first, 1)))
        rig.answer("Well?", length: 500)
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: nil), after: 2_000)
        rig.hear(.speechStopped(itemId: "t1", audioEndMs: nil), after: 500)
        rig.hear(.committed(itemId: "t1", after: .first), .transcribed(itemId: "t1", text: "Wait."))
        rig.answer("Yes?", item: "a2", response: "r2", length: 500)
        #expect(rig.fire(.silence, after: 5_600).contains(says(.first, 2)))
    }

    @Test func `a muted microphone, a client that is gone and a lost connection are no silence`() {
        var muted = Rig.talking(Self.impatient)
        muted.step(.message(.mute(on: true)))
        muted.fire(.silence, after: 20_000)
        muted.fire(.silence, after: 20_000)
        #expect(!muted.history.contains { $0.contains("silence_") })
        // The general patience still applies, so that nobody is forgotten.
        #expect(muted.fire(.idle, after: 20_000).contains("system quiet_1 \(RealtimePrompt.silence)"))
        muted.step(.message(.mute(on: false)))
        #expect(muted.fire(.silence).contains("start silence 5000"))
        var gone = Rig.talking(Self.impatient)
        gone.step(.detached)
        gone.fire(.silence, after: 20_000)
        #expect(!gone.history.contains { $0.contains("silence_") })
        var lost = Rig.talking(Self.impatient)
        lost.step(.upstreamLost(.reconnect, detail: ""))
        lost.fire(.silence, after: 20_000)
        #expect(!lost.history.contains { $0.contains("silence_") })
    }

    @Test func `somebody who types gets three times as long`() {
        var rig = Rig.talking(Self.impatient)
        rig.step(.message(.text("Good day.")))
        rig.answer("Hm.", length: 500)
        #expect(rig.fire(.silence, after: 6_000).contains("start silence 9500"))
    }

    @Test func `with a patience of its own the customer does not ask as others do`() {
        var rig = Rig.talking(Self.impatient)
        #expect(!rig.fire(.idle, after: 30_000).contains { $0.contains("quiet_1") })
    }
}
