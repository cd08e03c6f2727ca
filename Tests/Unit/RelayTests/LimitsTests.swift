import Domain
import Storage
import Testing

@testable import Conversation
@testable import RelayService

/// Silence, time and money.
@Suite struct LimitsTests {
    private let question = "system quiet_1 \(RealtimePrompt.silence)"
    private let goodbye = "system time_1 \(RealtimePrompt.wrapUp)"

    // MARK: Silence

    @Test func `the customer asks once whether the trainee is still there, and then the session ends`() {
        var rig = Rig.talking()
        #expect(
            rig.fire(.idle, after: 30_000) == [question, "respond", "start stall 15000", "start idle 90000"])
        // The customer's question does not count as activity of the trainee.
        rig.answer("Are you still there?", length: 1_000, after: 500)
        #expect(rig.fire(.idle, after: 89_499).first == "start idle 1")
        rig.fire(.idle, after: 1)
        #expect(rig.ending?.endTrigger == "idle")
        #expect(rig.commands.filter { if case .createResponse = $0.command { true } else { false } }.count == 1)
    }

    @Test func `silence is counted from what the trainee last did or heard`() {
        var rig = Rig.talking()
        rig.step(.message(.event(event("e1"))), after: 20_000)
        #expect(rig.fire(.idle, after: 10_000) == ["start idle 20000"])
        rig.answer("one two", length: 15_000)
        #expect(rig.fire(.idle, after: 20_000).first == "start idle 25000")
    }

    @Test func `an answer to the question restarts the silence, and the question may be asked again`() {
        var rig = Rig.talking()
        rig.fire(.idle, after: 30_000)
        rig.answer("Hello?", length: 1_000, after: 500)
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: nil), after: 5_000)
        rig.hear(.speechStopped(itemId: "t1", audioEndMs: nil), after: 1_000)
        rig.hear(.committed(itemId: "t1", after: .first), .transcribed(itemId: "t1", text: "Yes."))
        rig.answer("Good.", item: "a2", response: "r2", length: 1_000)
        #expect(rig.fire(.idle, after: 20_000).first == "start idle 11000")
        #expect(rig.fire(.idle, after: 11_000).first == "system quiet_2 \(RealtimePrompt.silence)")
    }

    @Test func `the customer does not ask while the trainee speaks, is disconnected, or upstream is lost`() {
        var speaking = Rig.talking()
        speaking.hear(.speechStarted(itemId: "t1", audioStartMs: nil))
        #expect(speaking.fire(.idle, after: 60_000) == ["start idle 30000"])
        var suspended = Rig.talking()
        suspended.step(.detached)
        #expect(suspended.fire(.idle, after: 60_000) == ["start idle 30000"])
        var lost = Rig.talking()
        lost.step(.upstreamLost(.reconnect, detail: ""))
        #expect(lost.fire(.idle, after: 60_000) == ["start idle 60000"])
    }

    @Test func `silence is watched again when OpenAI can be reached after all`() {
        var rig = Rig.talking()
        rig.step(.detached)
        rig.step(.upstreamLost(.reconnect, detail: ""))
        rig.step(.attached)
        for _ in 0..<6 {
            rig.fire(.reconnect, after: 8_000)
            rig.step(.upstreamLost(.reconnect, detail: ""))
        }
        #expect(rig.conversation.phase == .waiting)
        rig.fire(.idle)
        rig.step(.attached)
        rig.step(.upstreamOpened)
        #expect(rig.hear(.sessionUpdated).contains("start idle 30000"))
    }

    // MARK: Time

    @Test func `a minute before the end the customer is notified and says so, and the end comes in any case`() {
        var rig = Rig.talking()
        #expect(rig.fire(.wrapUp, after: 1_739_000) == [goodbye, "respond", "start stall 15000"])
        rig.fire(.session, after: 60_000)
        #expect(rig.conversation.phase != .live(.talking))
        rig.fire(.lastWords, after: 15_000)
        #expect(rig.ending?.endTrigger == "time_limit")
        #expect(rig.history.filter { $0 == goodbye }.count == 1)
    }

    @Test func `the wrap-up does not interrupt a trainee who is speaking, and the next answer knows of it`() {
        var rig = Rig.talking()
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: nil))
        #expect(rig.fire(.wrapUp, after: 1_739_000) == [goodbye])
        rig.hear(.speechStopped(itemId: "t1", audioEndMs: nil), after: 1_000)
        #expect(!rig.history.contains("respond"))
    }

    @Test func `the wrap-up waits for the end of an answer that is under way`() {
        var rig = Rig.talking()
        rig.hear(.responseCreated(id: "r1"))
        rig.audio(3_000, of: "a1")
        #expect(rig.fire(.wrapUp) == [])
        rig.hear(
            .wordsDone(itemId: "a1", responseId: "r1", text: "one"),
            .responseDone(.init(id: "r1", status: .completed, output: [])))
        #expect(rig.did.contains(goodbye))
        #expect(!rig.did.contains("respond"))
        #expect(rig.fire(.playback, after: 3_000).contains("respond"))
    }

    @Test func `a new connection is told that the time is nearly used up, and does not say so again`() {
        var rig = Rig.talking()
        rig.fire(.wrapUp, after: 1_739_000)
        rig.answer("I have to go.")
        rig.fire(.playback, after: 1_000)
        reconnect(&rig)
        #expect(rig.did.contains(goodbye))
        #expect(!rig.did.contains("respond"))
        #expect(rig.step(.message(.text("Goodbye."))).filter { $0 == goodbye || $0 == "respond" } == ["respond"])
        // The answer in which the customer says so is lost: it is given with the notice.
        var lost = Rig.talking()
        lost.fire(.wrapUp, after: 1_739_000)
        reconnect(&lost)
        #expect(lost.did.filter { $0 == goodbye || $0 == "respond" } == [goodbye, "respond"])
    }

    private func reconnect(_ rig: inout Rig) {
        rig.step(.upstreamLost(.reconnect, detail: ""))
        rig.fire(.reconnect, after: 500)
        rig.step(.upstreamOpened)
        rig.hear(.sessionUpdated)
    }

    @Test(arguments: [(59, 3_480_000), (1, 30_000)])
    func `a short session is warned halfway`(minutes: Int, at: Int) {
        var rig = Rig { $0.limits.session = .seconds(minutes * 60) }
        rig.step(.attached)
        #expect(rig.did.contains("start wrapUp \(at)"))
    }

    // MARK: Money

    private func answer(_ number: Int, input: Int, cached: Int = 0, output: Int = 0) -> RealtimeEvent {
        .responseDone(
            .init(
                id: "r\(number)", status: .completed, output: [],
                usage: TokenUsage(inputTokens: input, cachedInputTokens: cached, outputTokens: output)))
    }

    @Test func `tokens and their cost are added up`() {
        var rig = Rig.talking { $0.limits.prices = TokenPrices("1,0.5,2,0,0,0") ?? .standard }
        rig.hear(answer(1, input: 1_000_000, cached: 400_000, output: 500_000))
        rig.hear(answer(2, input: 1_000_000))
        #expect(
            rig.history.filter { $0.hasPrefix("record usage") } == [
                "record usage 1000000+500000", "record usage 2000000+500000",
            ])
        guard case .usage(let total)? = rig.facts.last?.content else { return }
        // 600,000 uncached and 400,000 cached tokens in, 500,000 out, then a million uncached in.
        #expect(total.cost == 0.6 + 0.2 + 1 + 1)
    }

    @Test func `near the limit the customer is notified, at the limit the session ends between two turns`() {
        var rig = Rig.talking {
            $0.limits.prices = TokenPrices("1,0,0,0,0,0") ?? .standard
            $0.limits.cost = 1
        }
        rig.hear(answer(1, input: 800_000))
        #expect(!rig.did.contains(goodbye))
        rig.hear(answer(2, input: 150_000))
        #expect(rig.did.contains(goodbye))
        rig.hear(.responseCreated(id: "r3"))
        rig.audio(2_000, of: "a1")
        rig.hear(.wordsDone(itemId: "a1", responseId: "r3", text: "one"), answer(3, input: 100_000))
        #expect(rig.conversation.phase == .live(.talking))
        rig.fire(.playback, after: 2_000)
        #expect(rig.conversation.phase == .live(.ending))
        rig.fire(.playback, after: Ending.playoutMarginMs)
        #expect(rig.ending?.endTrigger == "cost_limit")
    }

    @Test func `absurd token counts cause no crash`() {
        var rig = Rig.talking()
        rig.hear(answer(1, input: .max, output: .max))
        rig.hear(answer(2, input: .max, cached: .max, output: .max))
        #expect(rig.conversation.phase == .live(.talking))
    }
}
