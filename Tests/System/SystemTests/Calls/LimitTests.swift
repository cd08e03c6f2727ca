import Domain
import Testing
import TrainingClient

extension SystemTests.CallTests {
    /// Limits: of an upstream connection, of silence, of a session's time and of its cost.
    @Suite struct LimitTests {
        init() async { await AllCalls.shared.begin() }

        @Test func `renewing the upstream between two turns goes unnoticed`() async throws {
            let call = try await LongCalls.played.call(.renewedLine)
            expectFaithful(call)
            #expect(call.log.statuses == [], "\(call.story)")
            #expect(call.log.messages("error").isEmpty)
            #expect(call.evidence.sessions.count >= 2, "\(call.story)")
            #expect(!call.evidence.sessions.flatMap(\.errorCodes).contains("session_expired"), "\(call.story)")
        }

        @Test func `muted for a while the trainee is asked for, and a long silence ends the session`() async throws {
            let call = try await LongCalls.played.call(.silence)
            expectFaithful(call)
            #expect(call.record["endTrigger"]?.string == "idle")
            let items = call.log.items
            let question = try #require(items.last)
            let words = call.evidence.spoken(question)?.words.map(\.text).joined(separator: " ")
            #expect(words?.contains("still there") == true, "\(call.story)")
            let before = try #require(items.dropLast().last?.endMs)
            let asked = try #require(question.startMs)
            #expect((2_500...5_000).contains(asked - before), "after a quarter of the time\(call.story)")
            let ended = try #require(call.evidence.sessionEndedMs)
            #expect((11_500...14_500).contains(ended - before), "after all of the time\(call.story)")
        }

        @Test func `the customer ends the call before the time is over`() async throws {
            let call = try await LongCalls.played.call(.timeLimit)
            expectFaithful(call)
            #expect(call.record["endTrigger"]?.string?.hasPrefix("end_conversation:") == true, "\(call.story)")
            let ended = try #require(call.evidence.sessionEndedMs) - call.evidence.sessionBeganMs
            #expect((30_000...50_000).contains(ended), "\(call.story)")
        }

        @Test func `the customer ends the call before it costs too much, and the record has its cost`() async throws {
            let call = try await LongCalls.played.call(.costLimit)
            expectFaithful(call)
            let trigger = call.record["endTrigger"]?.string
            #expect(trigger == "cost_limit" || trigger?.hasPrefix("end_conversation:") == true, "\(call.story)")
            let cost = try #require(call.record["usage"]?["cost"]?.number, "\(call.record["usage"] ?? .null)")
            let bill = call.evidence.sessions.reduce(0) { $0 + $1.usage.cost }
            #expect(abs(cost - bill) < 0.000_001, "the record says \(cost), the bill \(bill)")
            #expect((0.054...0.09).contains(cost), "\(call.story)")
        }
    }
}

extension SimulatedSession.Usage {
    /// In US dollars at the default prices per million tokens, with a separate price for cached input.
    fileprivate var cost: Double {
        let priced: [(Int, Double)] = [
            (textInput - cachedTextInput, 4), (cachedTextInput, 0.4), (textOutput, 24),
            (audioInput - cachedAudioInput, 32), (cachedAudioInput, 0.4), (audioOutput, 64),
        ]
        return priced.reduce(0) { $0 + Double($1.0) * $1.1 } / 1_000_000
    }
}
