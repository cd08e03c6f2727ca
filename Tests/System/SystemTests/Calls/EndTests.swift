import Testing
import TrainingClient

/// Calls with different endings.
enum EndedCalls: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case byTheCustomer = "by the customer"
    case byTheCustomerUnreported = "by the customer, to a client that reports nothing as played"
    case intoAnAnswer = "by the client, into an answer"
    case intoSpeech = "by the client, while the trainee speaks"

    var testDescription: String { rawValue }

    static let played = PlayedInAdvance<EndedCalls> { try await $0.play() }

    private func play() async throws -> PlayedCall {
        var options = Headset.Options()
        options.reportsPlayed = self != .byTheCustomerUnreported
        // A customer in a bad mood: one who would buy at the first farewell is refused, and the call goes on.
        return try await SharedSystem.calm.system().perform(scenario: "fmc_resistant", options: options) { scene in
            let headset = scene.headset
            try await headset.say("Good afternoon! What do you smoke?")
            switch self {
            case .byTheCustomer, .byTheCustomerUnreported:
                try await headset.listen()
                try await headset.say("Thank you for your time. Goodbye!")
                try await headset.waitForEnd()
            case .intoAnAnswer:
                try await headset.hear(milliseconds: 300)
                try await headset.end()
            case .intoSpeech:
                try await headset.listen()
                try await headset.say("Well then, I have to go.", soundMs: 700)
                try await headset.end()
            }
        }
    }
}

extension SystemTests.CallTests {
    @Suite struct EndTests {
        init() async { await AllCalls.shared.begin() }

        @Test(arguments: EndedCalls.allCases)
        func `the session ends when everything is heard, and soon after`(ending: EndedCalls) async throws {
            let call = try await EndedCalls.played.call(ending)
            expectFaithful(call)
            let ended = try #require(call.evidence.sessionEndedMs)
            switch ending {
            case .byTheCustomer, .intoAnAnswer:
                let lastAudio = try #require(call.log.lastAudioMs)
                let confirmed = try #require(call.log.reports.first { $0.isAll && $0.atMs > lastAudio }?.atMs)
                #expect((0...1_000).contains(ended - confirmed), "\(ended - confirmed) ms\(call.story)")
            case .byTheCustomerUnreported:
                #expect((0...1_500).contains(ended - call.evidence.playedOutMs), "\(call.story)")
            // The transcript of the current utterance has to arrive, which may take 3 s.
            case .intoSpeech:
                let said = try #require(call.log.lines.last?.endMs)
                #expect((0...4_000).contains(ended - said), "\(call.story)")
            }
        }
    }
}
