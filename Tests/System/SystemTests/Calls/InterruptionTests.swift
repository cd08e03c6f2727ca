import Testing
import TrainingClient

/// Calls in which the trainee interrupts the customer.
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
                // The turn ends after 500 ms of silence, and the answer begins 250 ms later.
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

extension SystemTests.CallTests {
    @Suite struct InterruptionTests {
        init() async { await AllCalls.shared.begin() }

        @Test(arguments: InterruptedCalls.allCases)
        func `an interruption leaves only what was heard of the answer`(moment: InterruptedCalls) async throws {
            let call = try await InterruptedCalls.played.call(moment)
            expectFaithful(call)
            // Checks that the interruption happened as planned; a busy machine is given an extra second.
            let cut = call.log.items.filter(\.wasCut)
            let interruption = try #require(call.log.lines.dropFirst().first)
            let heard = call.log.items.filter { ($0.startMs ?? .infinity) < interruption.endMs }.map(\.heardMs).reduce(
                0, +)
            switch moment {
            case .beforeTheFirstSound: #expect(heard < 1_000, "\(call.story)")
            case .atTheFirstSound: #expect(!cut.isEmpty && (1...1_300).contains(heard), "\(call.story)")
            case .after300ms: #expect(!cut.isEmpty && (300...1_600).contains(heard), "\(call.story)")
            case .after5000ms: #expect(!cut.isEmpty && heard >= 5_000, "\(call.story)")
            case .afterGeneration:
                #expect(cut.contains { $0.receivedMs - $0.heardMs > 2_000 }, "\(call.story)")
            }
        }
    }
}
