import Domain
import Testing

@testable import Conversation
@testable import RelayService

/// What the metrics learn of a conversation.
@Suite struct `figures of a call` {
    private func waits(_ rig: Rig) -> [Int] {
        rig.figures.compactMap { if case .answered(let ms) = $0 { ms } else { nil } }
    }

    /// The trainee has spoken until 2,000 ms; the server has noticed it at 2,300 ms.
    private func asked() -> Rig {
        var rig = Rig.talking()
        rig.microphone(1_000, after: 1_000)
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: 0))
        rig.hear(.speechStopped(itemId: "t1", audioEndMs: 1_000), after: 300)
        return rig
    }

    @Test func `the wait for an answer begins with the trainee's last word and ends with the first sound`() {
        var rig = asked()
        rig.hear(.responseCreated(id: "r1"), .itemAdded(.init(id: "a1", kind: .assistant), after: .unknown))
        rig.audio(200, of: "a1", after: 700)
        rig.audio(200, of: "a1", after: 100)
        #expect(waits(rig) == [1_000])
    }

    @Test func `what the customer says without being asked is no answer`() {
        var rig = Rig.talking()
        rig.answer("Hello?", after: 5_000)
        #expect(waits(rig).isEmpty)
    }

    @Test func `a noise is not waited for`() {
        var rig = asked()
        rig.hear(.committed(itemId: "t1", after: .unknown), .transcribed(itemId: "t1", text: " ", unsureWords: []))
        rig.answer("Are you still there?", after: 20_000)
        #expect(waits(rig).isEmpty)
    }

    @Test func `a trainee who leaves does not wait`() {
        var rig = asked()
        rig.step(.detached, after: 100)
        rig.step(.attached, after: 20_000)
        rig.answer("Where were we?", after: 500)
        #expect(waits(rig).isEmpty)
    }

    @Test func `a customer who falls silent in the middle is a gap, a pause between two items is none`() {
        var rig = asked()
        rig.hear(.responseCreated(id: "r1"), .itemAdded(.init(id: "a1", kind: .assistant), after: .unknown))
        rig.audio(100, of: "a1")
        rig.audio(100, of: "a1", after: 90)
        rig.audio(100, of: "a1", after: 260)
        rig.audio(100, of: "a2", after: 2_000)
        #expect(rig.figures.contains(.customerGap(ms: 150)))
        #expect(rig.figures.filter { if case .customerGap = $0 { true } else { false } }.count == 1)
    }

    @Test func `a late piece of the trainee's audio is a gap, a client that sends nothing for a while has none`() {
        var rig = Rig.talking()
        for wait in [0, 20, 120, 400, 3_000, 20] { rig.microphone(20, after: wait) }
        #expect(rig.figures == [.traineeGap(ms: 400)])
    }

    @Test func `an answer's tokens are counted with their price`() {
        var rig = asked()
        rig.hear(
            .responseCreated(id: "r1"),
            .responseDone(
                .init(
                    id: "r1", status: .completed, output: [],
                    usage: TokenUsage(inputTokens: 1_000_000, outputTokens: 500_000))))
        // Text: 4 and 24 for a million.
        #expect(rig.figures.contains(.tokens(input: 1_000_000, output: 500_000, cost: 16)))
    }
}
