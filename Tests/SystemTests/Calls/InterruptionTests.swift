import Testing
import TrainingClient

/// Calls in which the trainee speaks into what the customer says.
enum InterruptedCalls: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case beforeTheFirstSound = "before the first sound"
    case atTheFirstSound = "at the first sound"
    case after300ms = "after 300 ms"
    case after5000ms = "after 5,000 ms"
    case afterGeneration = "when all of it is generated and most of it unheard"

    var testDescription: String { rawValue }

    static let played = PlayedInAdvance<InterruptedCalls> { try await $0.play() }

    private func play() async throws -> PlayedCall {
        try await SharedSystem.calm.system().perform { scene in
            let headset = scene.headset
            try await headset.say("Tell me the whole story, from the beginning.")
            switch self {
            case .beforeTheFirstSound:
                // The turn is over after 500 ms of silence, and the answer begins 250 ms later.
                try await headset.pause(milliseconds: 560)
            case .atTheFirstSound: try await headset.hear(milliseconds: 0)
            case .after300ms: try await headset.hear(milliseconds: 300)
            case .after5000ms: try await headset.hear(milliseconds: 5_000)
            case .afterGeneration: try await scene.waitUntilGenerated()
            }
            try await headset.say("Sorry, one question in between.")
            try await headset.listen()
            try await headset.say("And since when?")
            try await headset.listen()
        }
    }
}

extension SystemTests {
    @Suite struct InterruptionTests {
        init() async { await AllCalls.begin() }

        @Test(arguments: InterruptedCalls.allCases)
        func `an interruption leaves of the answer what was heard`(moment: InterruptedCalls) async throws {
            let call = try await InterruptedCalls.played.call(moment)
            expectFaithful(call)
            let answer = call.log.items.first { $0.wasCut }
            switch moment {
            case .beforeTheFirstSound: break
            case .atTheFirstSound: #expect((1...400).contains(answer?.heardMs ?? 0), "\(call.story)")
            case .after300ms: #expect((300...800).contains(answer?.heardMs ?? 0), "\(call.story)")
            case .after5000ms: #expect((5_000...5_500).contains(answer?.heardMs ?? 0), "\(call.story)")
            case .afterGeneration:
                #expect((answer?.receivedMs ?? 0) - (answer?.heardMs ?? 0) > 2_000, "\(call.story)")
            }
        }
    }
}
