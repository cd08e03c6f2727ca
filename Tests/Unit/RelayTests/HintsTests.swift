import Domain
import Testing

@testable import Conversation
@testable import RelayService

@Suite struct HintsTests {
    private static let hint = "Ask him when he smokes."

    private static func practice() -> Rig {
        var rig = Rig.talking { $0.hints = true }
        rig.step(.supervisorFound)
        return rig
    }

    private static func verdict(_ evalSeq: Int, hint: String? = hint) -> Verdict {
        var verdict = RelayTests.verdict(evalSeq, 4)
        verdict.hint = hint
        return verdict
    }

    private static func hints(_ rig: Rig) -> [String] {
        rig.sent.compactMap { if case .hint(let text) = $0 { text } else { nil } }
    }

    /// The hints in the verdicts that were recorded.
    private static func recorded(_ rig: Rig) -> [String] {
        rig.facts.compactMap { if case .supervisorLog(let log) = $0.content { log.verdict?.hint } else { nil } }
    }

    @Test func `a hint is recorded and then sent, without a number`() {
        var rig = Self.practice()
        let did = rig.step(.verdict(Self.verdict(1)), after: 2_000)
        #expect(did.contains(#"record event SUPERVISOR {"hint":"Ask him when he smokes."}"#))
        #expect(did.contains("send hint Ask him when he smokes."))
        #expect(Self.recorded(rig) == [Self.hint])
        #expect(!rig.numbered.contains { $0.kind == .hint })
        #expect(rig.facts.contains { if case .event(let event) = $0.content { event.hint?.time == 3 } else { false } })
    }

    @Test func `other sessions get none, whatever the supervisor sends`() {
        var rig = Rig.talking()
        rig.step(.supervisorFound)
        rig.step(.verdict(Self.verdict(1)))
        #expect(Self.hints(rig).isEmpty && Self.recorded(rig) == [])
        #expect(!rig.history.contains { $0.contains("Ask him") })
    }

    @Test func `half a minute passes between two hints, and one that comes early is dropped`() {
        var rig = Self.practice()
        for number in 1...14 { rig.step(.verdict(Self.verdict(number, hint: "Hint \(number).")), after: 5_000) }
        #expect(Self.hints(rig) == ["Hint 1.", "Hint 7.", "Hint 13."])
        #expect(Self.recorded(rig) == ["Hint 1.", "Hint 7.", "Hint 13."])
    }

    @Test func `while the trainee speaks none is shown`() {
        var rig = Self.practice()
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: nil))
        rig.step(.verdict(Self.verdict(1)))
        #expect(Self.hints(rig).isEmpty)
        rig.hear(.speechStopped(itemId: "t1", audioEndMs: nil), after: 1_000)
        rig.step(.verdict(Self.verdict(2)), after: 1_000)
        #expect(Self.hints(rig) == [Self.hint])
    }

    @Test func `without a client that reads it none is shown, nor after the end`() {
        var rig = Self.practice()
        rig.step(.detached)
        rig.step(.verdict(Self.verdict(1)))
        #expect(Self.hints(rig).isEmpty && Self.recorded(rig) == [])
        var ended = Self.practice()
        ended.step(.message(.endSession))
        ended.step(.verdict(Self.verdict(1)))
        #expect(Self.hints(ended).isEmpty)
    }

    @Test func `a hostile hint is one bounded line`() {
        var rig = Self.practice()
        rig.step(.verdict(Self.verdict(1, hint: "A\u{202E}\nb " + String(repeating: "c ", count: 200_000))))
        let text = Self.hints(rig).first ?? ""
        #expect(text.hasPrefix("A b c") && text.count <= Hint.longest)
        rig.step(.verdict(Self.verdict(2, hint: " \u{200B} ")), after: 40_000)
        #expect(Self.hints(rig).count == 1)
    }

    @Test func `the next process knows when the last hint was shown`() {
        var rig = Self.practice()
        rig.step(.verdict(Self.verdict(1)), after: 4_000)
        let facts = rig.facts
        var next = Rig {
            $0.hints = true
            $0.facts = facts
            $0.elapsed = SessionTime(milliseconds: 10_000)
        }
        next.step(.opened)
        next.step(.attached)
        next.step(.upstreamOpened)
        next.step(.upstream(.sessionUpdated))
        next.step(.supervisorFound)
        next.fire(.resumeGrace, after: 1_000)
        next.step(.verdict(Self.verdict(2, hint: "Too early.")))
        next.step(.verdict(Self.verdict(3, hint: "Late enough.")), after: 35_000)
        #expect(Self.hints(next) == ["Late enough."])
        #expect(!next.numbered.contains { $0.kind == .hint })
    }
}
