import ArgumentParser
import Foundation

/// The cost of one round trip at saturation. The contestants alternate in rounds.
struct FloodCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flood",
        abstract:
            "Processor time of one relayed round trip at saturation, with all of a contestant's processes on one core.")

    @Option(parsing: .upToNextOption, help: "Who: \(Contestant.allCases.map(\.rawValue).joined(separator: ", ")).")
    var contestants: [Contestant] = [.bat, .nginx, .picows, .node]
    @Option(help: "Rounds; the contestants take turns in each.") var rounds = 7
    @Option(help: "Sessions.") var sessions = 100
    @Option(help: "Frames that each session keeps under way.") var inFlight = 1
    @Option(help: "Sound in a frame, in milliseconds.") var frame = 20
    @Option(help: "Seconds of each measurement.") var seconds = 4.0
    @Option(help: "Folder of the binaries, if not the bench's own.") var binaries: String?
    @Option(help: "Folder of the binaries of bat-before.") var before: String?

    func run() async throws {
        try await Arena.with(binaries: binaries, before: before) { arena in
            var plan = LoadPlan(addresses: [], pace: .flood(inFlight: inFlight))
            plan.frameMilliseconds = frame
            plan.seconds = seconds
            var results: [Contestant: [LoadResult]] = [:]
            for round in 1...rounds {
                for contestant in contestants {
                    let result = try await arena.measure(contestant, sessions: sessions, plan)
                    results[contestant, default: []].append(result)
                    print("round \(round)  \(contestant.rawValue.padded(10)) \(RoundTripCost(result).line)")
                }
            }
            print("\n" + Comparison(contestants: contestants, results: results).text)
        }
    }
}
