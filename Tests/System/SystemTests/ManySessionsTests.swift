import Domain
import Foundation
import SeededRandom
import Speech
import TestSupport
import Testing
import TrainingClient

extension SystemTests {
    /// Twenty concurrent calls. The simulator answers each turn with the trainee's own audio, so every byte that was
    /// sent has to come back.
    @Suite struct ManySessionsTests {
        @Test func `twenty concurrent calls complete, and their audio is identical in both directions`() async throws {
            var options = RunningSystem.Options()
            options.simulatorArguments = ["--echo"]
            options.counts[.supervisor] = 2
            let system = try await RunningSystem.start(options)
            defer { system.stopSoon() }
            let server = TrainingServer(address: system.url.absoluteString)

            let calls = try await withThrowingTaskGroup(of: (Conversation.Result, TrainingCall).self) { group in
                for number in 1...20 {
                    group.addTask {
                        let created = try await server.create(scenarioId: "fmc_resistant", traineeId: "REP_\(number)")
                        let call = TrainingCall(url: created.wsUrl, pace: 1, captures: true)
                        try await call.connect()
                        let conversation = Conversation(
                            call, synthesizer: SpeechSynthesizer(tonesOnly: true), tagsSpeech: false,
                            skipsPlayback: true)
                        let result = try await conversation.hold(nextTurn: { turn in
                            turn < 2 ? .init(.audio(Self.noise(seed: UInt64(number * 10 + turn)))) : nil
                        })
                        return (result, call)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }

            #expect(calls.count == 20)
            for (result, call) in calls {
                #expect(result.closeCode == 1000)
                #expect(result.score != nil, "no score: \(result.scoreError ?? "none")")
                #expect(call.receivedAudio.count >= 2, "\(call.receivedAudio.count) answers")
                for answer in call.receivedAudio {
                    #expect(answer.count > 24_000)
                    #expect(
                        call.sentAudio.range(of: answer) != nil,
                        "an answer of \(answer.count) bytes is not what was said, byte by byte")
                }
            }
            let sessions = try await server.json("/api/dashboard/stats")
            #expect(sessions["endedSessions"]?.number == 20)
            #expect(sessions["scoredSessions"]?.number == 20)
        }

        /// Loud and without repetitions, so that a misplaced byte is detected.
        private static func noise(seed: UInt64) -> [Int16] {
            var random = SplitMix64(seed: seed)
            return (0..<24_000).map { _ in Int16(truncatingIfNeeded: random.next() >> 33) / 3 }
        }
    }
}
