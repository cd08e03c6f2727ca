import Domain
import Testing
import TrainingClient

extension SystemTests {
    /// The line to OpenAI breaks, ends or fails: the record is what was said and heard all the same.
    @Suite struct UpstreamLossTests {
        struct Loss: Sendable, CustomTestStringConvertible {
            var testDescription: String
            var fault: JSONValue
            /// How long the trainee speaks, in milliseconds.
            var soundMs = 500
            /// The client is told that the line was lost and is back.
            var isNoticed = true
        }

        static let losses: [Loss] = [
            Loss(
                testDescription: "in the middle of an answer",
                fault: ["kind": "drop_response", "nth": 2, "times": 1]),
            Loss(
                testDescription: "in the middle of the trainee's speech",
                fault: ["kind": "drop_speech", "nth": 2, "times": 1], soundMs: 1_500),
            Loss(
                testDescription: "after a turn, before its words came",
                fault: ["kind": "drop_transcript", "nth": 2, "times": 1]),
            Loss(testDescription: "whatever goes on", fault: ["kind": "drop_idle", "seconds": 6, "times": 1]),
            Loss(
                testDescription: "because the session has lasted long enough",
                fault: ["kind": "session_limit", "seconds": 7, "times": 1]),
            Loss(
                testDescription: "not at all, but an answer fails for the rate of requests",
                fault: ["kind": "fail_response", "nth": 2, "times": 1], isNoticed: false),
        ]

        @Test(arguments: losses)
        func `a line upstream that is lost leaves no mark in the record`(loss: Loss) async throws {
            let system = try await SharedSystem.faulty.system()
            let call = try await system.perform(faults: [loss.fault]) { scene in
                for (line, quietMs) in [
                    ("Good afternoon! What do you smoke?", 800.0),
                    // The answer may break off, and come again when the line is back.
                    ("And what do you like about it?", 2_500), ("When is the first one?", 800),
                ] {
                    try await scene.headset.say(line, soundMs: loss.soundMs)
                    try await scene.headset.listen(quietMs: quietMs)
                }
            }
            expectFaithful(call)
            #expect(call.log.statuses == (loss.isNoticed ? ["reconnecting", "ok"] : []), "\(call.story)")
        }
    }
}
