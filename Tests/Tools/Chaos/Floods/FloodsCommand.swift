import ArgumentParser
import Foundation
import TestSupport

/// Floods a session with each kind of message beside a steady call, and reports what that did to the call.
struct FloodsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "floods",
        abstract: "Sends one kind of message after the other without end, beside a call that must not notice.",
        discussion: """
            For each kind: half of the time at the server's limit, then as fast as it can be sent. The steady call's longest gap in \
            the audio of an answer, the relay's memory, and the flooding session's end and score are checked. Exit code 1: \
            one of them was wrong.

            Kinds: \(FloodKind.allCases.map(\.rawValue).joined(separator: ", ")).
            """)

    @Option(help: "Seconds for each kind.")
    var seconds = 60.0

    @Option(help: "Which kinds, with commas between.")
    var kinds = FloodKind.allCases.map(\.rawValue).joined(separator: ",")

    @Option(help: "The longest gap in the steady call's audio, in milliseconds.")
    var gap = 150.0

    @Option(help: "The most memory of the relay, in megabytes.")
    var memory = 512.0

    @Flag(help: "Use the binaries of .build/release.")
    var release = false

    @Flag(help: "Keep the run's folder: logs, database.")
    var keep = false

    @Option(help: "Write the outcomes to this file.")
    var json: String?

    private var chosen: [FloodKind]? {
        let kinds = kinds.split(separator: ",").map { FloodKind(rawValue: String($0)) }
        return kinds.contains(nil) ? nil : kinds.compactMap(\.self)
    }

    func validate() throws {
        guard seconds >= 1 else { throw ValidationError("--seconds must be at least 1") }
        guard chosen?.isEmpty == false else { throw ValidationError("--kinds contains an unknown kind") }
    }

    func run() async throws {
        if keep { setenv("KEEP_TEST_FOLDERS", "1", 1) }
        var plan = InstallationPlan(
            binaries: release ? TestFolders.package.appending(path: ".build/release") : TestFolders.binaries,
            folder: try TestFolders.temporary("floods"))
        plan.isForFloods = true
        let installation = try await Installation(plan, clock: RunClock())
        say("ready \(installation.system.url); everything is in \(plan.folder.path)")
        var outcomes: [FloodRun.Outcome] = []
        for kind in chosen ?? [] {
            let outcome = await FloodRun(
                kind: kind, seconds: seconds, limits: (gap, memory), installation: installation
            ).run()
            say(outcome.line)
            outcomes.append(outcome)
        }
        await installation.stop()
        await installation.stopDatabase()
        if let json { try JSONEncoder().encode(outcomes).write(to: URL(filePath: json)) }
        if outcomes.contains(where: { !$0.faults.isEmpty }) { throw ExitCode.failure }
    }
}

extension FloodRun.Outcome {
    /// One line of the report.
    var line: String {
        let closed = closings.sorted { $0.key < $1.key }.map { "\($0.key) ×\($0.value)" }.joined(separator: " ")
        let numbers = String(
            format: "gap %.0f ms, relay %.0f MB, gateway %.0f MB", gapMs, relayMB, gatewayMB)
        let end = "\(endTrigger ?? "no end"), \(isScored ? "scored" : "not scored")"
        let name = kind.rawValue.padding(toLength: 10, withPad: " ", startingAt: 0)
        return
            "\(name) \(messages) messages on \(connections) connections (\(closed.isEmpty ? "none closed" : closed)); \(numbers); \(end)"
            + (faults.isEmpty ? "" : "; WRONG: \(faults.joined(separator: ", "))")
    }
}
