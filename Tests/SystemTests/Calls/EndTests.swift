import Testing
import TrainingClient

extension SystemTests {
    /// When the session ends: when everything is heard, and not much later.
    @Suite struct EndTests {
        enum Ending: String, CaseIterable, Sendable, CustomTestStringConvertible {
            case byTheCustomer = "by the customer"
            case byTheCustomerToAClientThatReportsNothing = "by the customer, to a client that reports nothing"
            case byTheClientIntoAnAnswer = "by the client, into an answer"
            case byTheClientIntoItsOwnSpeech = "by the client, while the trainee speaks"

            var testDescription: String { rawValue }
        }

        static let calls = CallsBesideEachOther<Ending> { ending in
            var options = Headset.Options()
            options.reportsPlayed = ending != .byTheCustomerToAClientThatReportsNothing
            return try await SharedSystem.calm.system().perform(options: options) { scene in
                let headset = scene.headset
                try await headset.say("Good afternoon! What do you smoke?")
                switch ending {
                case .byTheCustomer, .byTheCustomerToAClientThatReportsNothing:
                    try await headset.listen()
                    try await headset.say("Thank you for your time. Goodbye!")
                    try await headset.waitForEnd()
                case .byTheClientIntoAnAnswer:
                    try await headset.hear(milliseconds: 300)
                    try await headset.end()
                case .byTheClientIntoItsOwnSpeech:
                    try await headset.listen()
                    try await headset.say("Well then, I have to go.", soundMs: 700)
                    try await headset.end()
                }
            }
        }

        @Test(arguments: Ending.allCases)
        func `the session ends when all is heard, and soon after`(ending: Ending) async throws {
            let call = try await Self.calls.call(ending)
            expectFaithful(call)
            let ended = try #require(call.evidence.sessionEndedMs)
            switch ending {
            case .byTheCustomer, .byTheClientIntoAnAnswer:
                let lastAudio = try #require(call.log.lastAudioMs)
                let confirmed = try #require(call.log.reports.first { $0.isAll && $0.atMs > lastAudio }?.atMs)
                #expect((0...1_000).contains(ended - confirmed), "\(ended - confirmed) ms\(call.story)")
            case .byTheCustomerToAClientThatReportsNothing:
                #expect((0...1_500).contains(ended - call.evidence.playedOutMs), "\(call.story)")
            // The words of what was being said have to come, and they may take 3 s.
            case .byTheClientIntoItsOwnSpeech:
                let said = try #require(call.log.lines.last?.endMs)
                #expect((0...4_000).contains(ended - said), "\(call.story)")
            }
        }
    }
}
