import ArgumentParser
import Dispatch
import Domain
import Foundation
import TestSupport
import TrainingClient

/// Holds calls with a server that somebody else runs and disturbs, and reports how long each was silent.
struct HoldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Holds calls with a running server until Ctrl-C, and reports their silences.",
        discussion: """
            Each call talks all the time, reconnects as the protocol asks of clients, and sends events. Prints one line of \
            JSON when a call is connected for the first time, one for each answer, and one when it is over. Exit code 1: a call did not go on to \
            its score, or an event was not acknowledged.
            """)

    @Option(help: "Where the server is.")
    var server = "http://127.0.0.1:3001"

    @Option(help: "An API key's secret, if the server wants one.")
    var apiKey: String?

    @Option(help: "Calls at a time.")
    var calls = 1

    @Option(help: "Minutes after which the calls end.")
    var minutes = 10.0

    @Option(help: "Silences from this many seconds on are reported.")
    var silence = 3.0

    @Option(help: "The name of the first trainee; the others get a number.")
    var trainee = "HELD"

    func validate() throws {
        guard (1...100).contains(calls) else { throw ValidationError("--calls must be 1 to 100") }
        guard minutes > 0 else { throw ValidationError("--minutes must be more than 0") }
    }

    func run() async throws {
        let clock = RunClock()
        let end = RunEnd(clock, after: minutes * 60)
        let signals = end.onSignals()
        defer { for source in signals { source.cancel() } }
        let folder = try TestFolders.temporary("hold")
        let server = TrainingServer(address: server, apiKey: apiKey)
        let outcomes = await withTaskGroup(of: HeldCall.Outcome.self) { group in
            for number in 1...calls {
                let name = "\(trainee)-\(number)"
                group.addTask {
                    let outcome = await HeldCall(
                        name: name, server: server, clock: clock, end: end, folder: folder, shortestSilence: silence
                    ).run()
                    say(outcome.line)
                    return outcome
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        if outcomes.contains(where: { !$0.isGood }) { throw ExitCode.failure }
    }
}
