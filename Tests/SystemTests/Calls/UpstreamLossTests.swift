import Domain
import Testing
import TrainingClient

/// Calls whose line to OpenAI breaks, ends or fails.
enum BrokenCalls: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case inAnAnswer = "in the middle of an answer"
    case inSpeech = "in the middle of the trainee's speech"
    case beforeItsWords = "after a turn, before its words came"
    case atAnyTime = "whatever goes on"
    case bySessionLimit = "because the session has lasted long enough"
    case notAtAll = "not at all, but an answer fails for the rate of requests"

    var testDescription: String { rawValue }

    static let played = PlayedInAdvance<BrokenCalls>(.inTurn) { try await $0.play() }

    private static let shared = SharedSystem()

    private var fault: JSONValue {
        switch self {
        case .inAnAnswer: ["kind": "drop_response", "nth": 2, "times": 1]
        case .inSpeech: ["kind": "drop_speech", "nth": 2, "times": 1]
        case .beforeItsWords: ["kind": "drop_transcript", "nth": 2, "times": 1]
        case .atAnyTime: ["kind": "drop_idle", "seconds": 6, "times": 1]
        case .bySessionLimit: ["kind": "session_limit", "seconds": 7, "times": 1]
        case .notAtAll: ["kind": "fail_response", "nth": 2, "times": 1]
        }
    }

    private func play() async throws -> PlayedCall {
        try await Self.shared.system().perform(faults: [fault]) { scene in
            for (line, quietMs) in [
                ("Good afternoon! What do you smoke?", 800.0),
                // The answer may break off, and come again when the line is back.
                ("And what do you like about it?", 2_500), ("When is the first one?", 800),
            ] {
                try await scene.headset.say(line, soundMs: self == .inSpeech ? 1_500 : 500)
                try await scene.headset.listen(quietMs: quietMs)
            }
        }
    }
}

extension SystemTests {
    @Suite struct UpstreamLossTests {
        init() async { await AllCalls.begin() }

        @Test(arguments: BrokenCalls.allCases)
        func `a line upstream that is lost leaves no mark in the record`(loss: BrokenCalls) async throws {
            let call = try await BrokenCalls.played.call(loss)
            expectFaithful(call)
            #expect(call.log.statuses == (loss == .notAtAll ? [] : ["reconnecting", "ok"]), "\(call.story)")
        }
    }
}
