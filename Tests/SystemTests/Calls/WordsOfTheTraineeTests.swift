import Domain
import Testing
import TrainingClient

extension SystemTests {
    /// The trainee's words come late, empty or not at all, or race with typed lines.
    @Suite struct WordsOfTheTraineeTests {
        struct Trouble: Sendable, CustomTestStringConvertible {
            var testDescription: String
            var fault: JSONValue
            /// Of the second line.
            var fate = CallEvidence.Fate.words
        }

        static let troubles: [Trouble] = [
            Trouble(
                testDescription: "long after the answer",
                fault: ["kind": "late_transcript", "seconds": 1.5, "times": 3]),
            Trouble(
                testDescription: "never, since it failed", fault: ["kind": "fail_transcript", "nth": 2, "times": 1],
                fate: .inaudible),
            Trouble(
                testDescription: "empty", fault: ["kind": "empty_transcript", "nth": 2, "times": 1], fate: .nothing),
        ]

        @Test(arguments: troubles)
        func `a transcript that comes late or not at all leaves the others in their place`(trouble: Trouble)
            async throws
        {
            let system = try await SharedSystem.faulty.system()
            let call = try await system.perform(faults: [trouble.fault], fates: [1: trouble.fate]) { scene in
                for line in [
                    "Good afternoon! What do you smoke?", "And what do you like about it?", "When is the first one?",
                ] {
                    try await scene.headset.say(line)
                    try await scene.headset.listen()
                }
            }
            expectFaithful(call)
        }

        @Test func `typed lines that race with answers of the server's own are all answered`() async throws {
            let system = try await SharedSystem.faulty.system()
            let call = try await system.perform(faults: [["kind": "active_response", "times": 1]]) { scene in
                scene.headset.type("Good afternoon! What do you smoke?")
                try await scene.headset.listen(quietMs: 1_500)
                // The answer to the spoken line is being made when the typed one comes.
                try await scene.headset.say("And what do you like about it?")
                try await scene.headset.pause(milliseconds: 650)
                scene.headset.type("And where do you buy it?")
                try await scene.headset.listen(quietMs: 1_500)
            }
            expectFaithful(call)
            let errors = call.evidence.sessions.flatMap(\.errorCodes)
            #expect(errors.contains("conversation_already_has_active_response"), "the race that was meant: \(errors)")
        }
    }
}
