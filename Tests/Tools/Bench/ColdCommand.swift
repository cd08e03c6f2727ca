import ArgumentParser
import Foundation

/// The cost of a cold start: a process, a session, its first audio.
struct ColdCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cold",
        abstract:
            "From starting gateway and relay to ready, from a client's connection to ready, and to its first audio.")

    @Option(help: "Rounds.") var rounds = 5
    @Option(help: "Folder of the binaries, if not the bench's own.") var binaries: String?

    func run() async throws {
        try await Arena.with(binaries: binaries) { arena in
            var plan = LoadPlan(addresses: [], pace: .flood(inFlight: 1))
            plan.warmUp = 0
            plan.seconds = 0.2
            var started: [Double] = []
            var ready: [Double] = []
            var heard: [Double] = []
            for _ in 1...max(1, rounds) {
                let result = try await arena.measure(.bat, sessions: 1, pinned: false, plan)
                started.append(result.startMilliseconds)
                ready.append(result.readyMilliseconds)
                heard.append(result.firstAudioMilliseconds)
            }
            print(
                String(
                    format: """
                        processes ready after %.0f ms (%.0f-%.0f); a session after %.1f ms (%.1f-%.1f); \
                        its first audio is back after %.2f ms (%.2f-%.2f)
                        """,
                    started.median, started.min() ?? 0, started.max() ?? 0, ready.median, ready.min() ?? 0,
                    ready.max() ?? 0, heard.median, heard.min() ?? 0, heard.max() ?? 0))
        }
    }
}
