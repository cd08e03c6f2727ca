import Domain
import Testing
import TrainingClient

/// Calls whose upstream breaks, ends or fails.
enum BrokenCalls: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case inAnAnswer = "in the middle of an answer"
    case inSpeech = "in the middle of the trainee's speech"
    case beforeItsWords = "after a turn, before its words came"
    case atAnyTime = "whatever goes on"
    case forLong = "in the middle of the trainee's speech, and is not back before the end of it"
    case bySessionLimit = "because the session has lasted long enough"
    case notAtAll = "not at all, but an answer fails for the rate of requests"

    var testDescription: String { rawValue }

    static let played = PlayedInAdvance<BrokenCalls>(.inTurn(lanes: 2)) { try await $0.play() }

    private var faults: [JSONValue] {
        switch self {
        case .inAnAnswer: [["kind": "drop_response", "nth": 2, "times": 1]]
        case .inSpeech: [["kind": "drop_speech", "nth": 2, "times": 1]]
        case .beforeItsWords: [["kind": "drop_transcript", "nth": 2, "times": 1]]
        case .atAnyTime: [["kind": "drop_idle", "seconds": 6, "times": 1]]
        case .forLong:
            [
                ["kind": "drop_speech", "nth": 2, "times": 1],
                ["kind": "slow_connect", "seconds": 2, "nth": 2, "times": 1],
            ]
        case .bySessionLimit: [["kind": "session_limit", "seconds": 7, "times": 1]]
        case .notAtAll: [["kind": "fail_response", "nth": 2, "times": 1]]
        }
    }

    /// A lane each.
    private var system: SharedSystem {
        (Self.allCases.firstIndex(of: self) ?? 0).isMultiple(of: 2) ? SharedSystem.broken : SharedSystem.cut
    }

    private func play() async throws -> PlayedCall {
        try await system.system().perform(faults: faults) { scene in
            for (line, quietMs) in [
                ("Good afternoon! What do you smoke?", 800.0),
                // The answer may break off, and come again after the reconnect.
                ("And what do you like about it?", self == .forLong ? 4_000 : 2_500), ("When is the first one?", 800),
            ] {
                try await scene.headset.say(line, soundMs: self == .inSpeech || self == .forLong ? 1_500 : 500)
                try await scene.headset.listen(quietMs: quietMs)
            }
        }
    }
}

extension SystemTests.CallTests {
    @Suite struct UpstreamLossTests {
        init() async { await AllCalls.shared.begin() }

        @Test(arguments: BrokenCalls.allCases)
        func `a lost upstream leaves no trace in the record`(loss: BrokenCalls) async throws {
            let call = try await BrokenCalls.played.call(loss)
            expectFaithful(call)
            #expect(call.log.statuses == (loss == .notAtAll ? [] : ["reconnecting", "ok"]), "\(call.story)")
        }

        @Test func `invalid JSON in one answer and a stall in the next are survived`() async throws {
            let call = try await LongCalls.played.call(.stalledLine)
            expectFaithful(call)
            #expect(call.log.statuses == ["reconnecting", "ok"], "\(call.story)")
        }
    }
}
