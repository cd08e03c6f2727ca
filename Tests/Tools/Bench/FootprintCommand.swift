import ArgumentParser
import Foundation

/// The cost of idle sessions.
struct FootprintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "footprint",
        abstract:
            "Memory and processor time of gateway and relay with idle sessions.")

    @Option(parsing: .upToNextOption, help: "Sessions, one measurement for each number.")
    var sessions = [0, 100, 500, 1_000]
    @Option(help: "Seconds of each measurement.") var seconds = 10.0
    @Option(help: "Folder of the binaries, if not the bench's own.") var binaries: String?

    func run() async throws {
        try await Arena.with(binaries: binaries) { arena in
            var plan = LoadPlan(addresses: [], pace: .idle)
            plan.seconds = seconds
            var first: (sessions: Int, kilobytes: Int)?
            for count in sessions {
                let result = try await arena.measure(.bat, sessions: count, plan)
                let total = result.memory.values.reduce(0, +)
                let parts = result.memory.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value) kB" }
                let busy = result.used.values.reduce(0) { $0 + $1.busy }
                var line = "\(count) sessions  " + parts.joined(separator: ", ")
                line += String(format: "  core %.2f %%", Double(busy) / 1e7 / max(result.seconds, 0.001))
                if let first, count > first.sessions {
                    line += String(
                        format: "  %.1f kB a session",
                        Double(total - first.kilobytes) / Double(count - first.sessions))
                } else {
                    first = (count, total)
                }
                print(line)
            }
        }
    }
}
