import ArgumentParser
import Foundation

/// The system calls per frame, by name.
struct CallsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calls", abstract: "System calls per round trip, at saturation and at the pace of speech.")

    @Option(parsing: .upToNextOption, help: "Who.") var contestants: [Contestant] = [.bat, .nginx]
    @Option(help: "Sessions.") var sessions = 100
    @Option(help: "Sound in a frame, in milliseconds.") var frame = 20
    @Option(help: "Seconds of each measurement.") var seconds = 5.0
    @Option(help: "Folder of the binaries, if not the bench's own.") var binaries: String?

    func run() async throws {
        try await Arena.with(binaries: binaries) { arena in
            for pace in [LoadPlan.Pace.flood(inFlight: 1), .realTime] {
                var plan = LoadPlan(addresses: [], pace: pace)
                plan.frameMilliseconds = frame
                plan.seconds = seconds
                // Counting starts with the first frame, so the number of frames sent equals the number counted.
                plan.warmUp = 0
                for contestant in contestants {
                    let result = try await arena.measure(contestant, sessions: sessions, countsCalls: true, plan)
                    let name = if case .flood = pace { "flood" } else { "pace" }
                    print("\(name.padded(6)) \(contestant.rawValue.padded(10)) \(Self.line(result))")
                }
            }
        }
    }

    static func line(_ result: LoadResult) -> String {
        let trips = Double(max(1, result.roundTrips))
        let calls = result.calls.mapValues { Double($0) / trips }.sorted { $0.value > $1.value }
        let parts = calls.filter { $0.value >= 0.005 }.map { String(format: "%@ %.2f", $0.key, $0.value) }
        return String(format: "%5.2f per round trip: ", calls.reduce(0) { $0 + $1.value })
            + parts.joined(separator: ", ")
    }
}
