import Domain
import Testing
import TrainingClient

/// Calls in which the trainee's transcripts are late, empty or missing, or race with typed text.
enum TroubledCalls: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case late = "long after the answer"
    case failed = "never, since it failed"
    case empty = "empty"
    case race

    var testDescription: String { rawValue }

    static let played = PlayedInAdvance<TroubledCalls>(.inTurn()) { try await $0.play() }

    private func play() async throws -> PlayedCall {
        let system = try await SharedSystem.troubled.system()
        switch self {
        case .late:
            return try await system.perform(
                faults: [["kind": "late_transcript", "seconds": 1.5, "times": 3]], Self.threeTurns)
        case .failed:
            return try await system.perform(
                faults: [["kind": "fail_transcript", "nth": 2, "times": 1]], fates: [1: .inaudible], Self.threeTurns)
        case .empty:
            return try await system.perform(
                faults: [["kind": "empty_transcript", "nth": 2, "times": 1]], fates: [1: .nothing], Self.threeTurns)
        case .race:
            return try await system.perform(faults: [["kind": "active_response", "times": 1]]) { scene in
                scene.headset.type("Good afternoon! What do you smoke?")
                try await scene.headset.listen(quietMs: 1_500)
                // The answer to the spoken utterance is in progress when the typed one arrives.
                try await scene.headset.say("And what do you like about it?")
                try await scene.headset.pause(milliseconds: 650)
                scene.headset.type("And where do you buy it?")
                try await scene.headset.listen(quietMs: 1_500)
            }
        }
    }

    private static func threeTurns(_ scene: Scene) async throws {
        for line in ["Good afternoon! What do you smoke?", "And what do you like about it?", "When is the first one?"] {
            try await scene.headset.say(line)
            try await scene.headset.listen()
        }
    }
}

extension SystemTests.CallTests {
    @Suite struct WordsOfTheTraineeTests {
        init() async { await AllCalls.shared.begin() }

        @Test(arguments: [TroubledCalls.late, .failed, .empty])
        func `a late or missing transcript leaves the other utterances in place`(trouble: TroubledCalls) async throws {
            expectFaithful(try await TroubledCalls.played.call(trouble))
        }

        @Test func `typed utterances that race with automatic answers are all answered`() async throws {
            let call = try await TroubledCalls.played.call(.race)
            expectFaithful(call)
            let errors = call.evidence.sessions.flatMap(\.errorCodes)
            #expect(errors.contains("conversation_already_has_active_response"), "the race that was meant: \(errors)")
        }
    }
}
