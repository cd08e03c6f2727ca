import Testing
import TrainingClient

/// Calls that do not use audio in JSON.
enum UnusualCalls: CaseIterable, Sendable {
    case typed, binary

    static let played = PlayedInAdvance<UnusualCalls> { try await $0.play() }

    private func play() async throws -> PlayedCall {
        var options = Headset.Options()
        options.binaryAudio = self == .binary
        return try await SharedSystem.calm.system().perform(options: options) { scene in
            try await say("Good afternoon! What do you smoke?", scene.headset)
            try await scene.headset.listen()
            try await say("Tell me the whole story, from the beginning.", scene.headset)
            try await scene.headset.hear(milliseconds: 1_500)
            try await say("Sorry, one question in between.", scene.headset)
            try await scene.headset.listen()
            try await scene.headset.say("And where do you buy it?")
            try await scene.headset.listen()
        }
    }

    private func say(_ line: String, _ headset: Headset) async throws {
        if self == .typed { headset.type(line) } else { try await headset.say(line) }
    }
}

extension SystemTests.CallTests {
    @Suite struct TextAndBinaryTests {
        init() async { await AllCalls.shared.begin() }

        @Test func `typed utterances are recorded like spoken ones, and interrupt like them`() async throws {
            let call = try await UnusualCalls.played.call(.typed)
            expectFaithful(call)
            #expect(call.log.items.contains { $0.wasCut }, "\(call.story)")
        }

        @Test func `a call in binary frames is recorded like any other`() async throws {
            let call = try await UnusualCalls.played.call(.binary)
            expectFaithful(call)
            #expect(call.log.items.contains { $0.wasCut }, "\(call.story)")
            #expect(!call.log.messages("audio_item").isEmpty, "the audio did not come in binary frames")
        }
    }
}
