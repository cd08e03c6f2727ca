import Testing
import TrainingClient

extension SystemTests {
    /// Other ways to talk than speech in JSON.
    @Suite struct TextAndBinaryTests {
        @Test func `typed lines are lines like any other, and interrupt as spoken ones do`() async throws {
            let call = try await SharedSystem.calm.system().perform { scene in
                let headset = scene.headset
                headset.type("Good afternoon! What do you smoke?")
                try await headset.listen()
                headset.type("Tell me the whole story, from the beginning.")
                try await headset.hear(milliseconds: 1_500)
                headset.type("Sorry, one question in between.")
                try await headset.listen()
                try await headset.say("And where do you buy it?")
                try await headset.listen()
            }
            expectFaithful(call)
            #expect(call.log.items.contains { $0.wasCut }, "\(call.story)")
        }

        @Test func `a call in binary frames is recorded like any other`() async throws {
            let call = try await LongCalls.shared.call(.binaryAudio)
            expectFaithful(call)
            #expect(call.log.items.allSatisfy { $0.id.hasPrefix("unnamed") })
            #expect(call.log.items.contains { $0.wasCut }, "\(call.story)")
        }
    }
}
