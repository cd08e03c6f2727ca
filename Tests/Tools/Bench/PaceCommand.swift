import ArgumentParser
import Foundation

/// Sessions at the pace of speech: latency of frames and whether any are lost.
struct PaceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pace", abstract: "Latency and losses of sessions that send audio in real time.")

    @Option(parsing: .upToNextOption, help: "Who.") var contestants: [Contestant] = [.bat, .direct]
    @Option(parsing: .upToNextOption, help: "Sessions, one measurement for each number.") var sessions = [200, 500]
    @Option(help: "Sessions beside them that never read what they get.") var deaf = 0
    @Option(help: "Sessions beside them that send ten times as much as is spoken.") var greedy = 0
    @Option(help: "Sessions beside them whose other end never reads what is sent there.") var stuck = 0
    @Option(help: "Sound in a frame, in milliseconds.") var frame = 20
    @Option(help: "Seconds of each measurement.") var seconds = 10.0
    @Option(help: "Seconds before that. Sessions keep the last 5 s of audio, so their memory grows for so long.")
    var warmUp = 6.0
    @Option(help: "Rounds.") var rounds = 1
    @Option(help: "Folder of the binaries, if not the bench's own.") var binaries: String?
    @Option(help: "Folder of the binaries of bat-before.") var before: String?

    func run() async throws {
        try await Arena.with(binaries: binaries, before: before) { arena in
            let nuisances: [LoadPlan.Nuisance: Int] = [.deaf: deaf, .greedy: greedy, .stuck: stuck]
            var plan = LoadPlan(addresses: [], pace: .realTime)
            plan.frameMilliseconds = frame
            plan.seconds = seconds
            plan.warmUp = warmUp
            for _ in 1...rounds {
                for count in sessions {
                    for contestant in contestants {
                        let result = try await arena.measure(contestant, sessions: count, nuisances: nuisances, plan)
                        print("\(contestant.rawValue.padded(8)) \(count) sessions  \(PaceFigures(result).line)")
                    }
                }
            }
        }
    }
}
