import Testing
import TrainingClient

extension SystemTests {
    /// The trainee speaks into what the customer says.
    @Suite struct InterruptionTests {
        enum Moment: String, CaseIterable, Sendable, CustomTestStringConvertible {
            case beforeTheFirstSound = "before the first sound"
            case atTheFirstSound = "at the first sound"
            case after300ms = "after 300 ms"
            case after5000ms = "after 5,000 ms"
            case afterGeneration = "when all of it is generated and most of it unheard"

            var testDescription: String { rawValue }
        }

        static let calls = CallsBesideEachOther<Moment> { moment in
            try await SharedSystem.calm.system().perform { scene in
                let headset = scene.headset
                try await headset.say("Tell me the whole story, from the beginning.")
                switch moment {
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

        @Test(arguments: Moment.allCases)
        func `an interruption leaves of the answer what was heard`(moment: Moment) async throws {
            let call = try await Self.calls.call(moment)
            expectFaithful(call)
            let story = call.log.items.first { $0.wasCut }
            switch moment {
            case .beforeTheFirstSound: break
            case .atTheFirstSound: #expect((1...400).contains(story?.heardMs ?? 0), "\(call.story)")
            case .after300ms: #expect((300...800).contains(story?.heardMs ?? 0), "\(call.story)")
            case .after5000ms: #expect((5_000...5_500).contains(story?.heardMs ?? 0), "\(call.story)")
            case .afterGeneration:
                #expect((story?.receivedMs ?? 0) - (story?.heardMs ?? 0) > 2_000, "\(call.story)")
            }
        }
    }
}
