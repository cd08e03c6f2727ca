import ArgumentParser
import Dispatch
import Domain
import Foundation
import TestSupport

@main
struct ChaosCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chaos", abstract: "Disturbs an installation while calls go on, and reports what became of them.",
        subcommands: [CampaignCommand.self, FloodsCommand.self, HoldCommand.self],
        defaultSubcommand: CampaignCommand.self)
}

/// Makes many calls against its own installation while it injects faults, and reports what was lost, doubled or stuck.
struct CampaignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "campaign",
        abstract: "Kills, stops and starves the processes while calls go on, and audits what became of every call.",
        discussion: """
            Starts a database, the simulator and the five services in a temporary folder and stops them at the end. Ctrl-C ends \
            the calls early; the audit takes place all the same. Exit code 1: something was lost, doubled or stuck.

            Faults: \(FaultKind.allCases.map(\.rawValue).joined(separator: ", ")); none of them with `--faults none`.
            """)

    @Option(help: "Calls at a time.")
    var sessions = 20

    @Option(help: "Minutes in which new calls begin.")
    var minutes = 5.0

    @Option(help: "The same seed gives the same lines and the same faults.")
    var seed: UInt64 = 1

    @Option(help: "Which faults, with commas between, or none.")
    var faults = FaultKind.allCases.map(\.rawValue).joined(separator: ",")

    @Option(help: "Seconds from the end of a fault to the next one, on average.")
    var interval = 10.0

    @Option(help: "Seconds for which the database is away each time, instead of 5 to 60.")
    var outage: Double?

    @Option(help: "Cells behind an address that ignores affinity; more than 1 follow a plan instead of --faults.")
    var cells = 1

    @Option(
        help: """
            disturb: of two cells one drains, one is cut off from the database, one is lost for good. upgrade: two are \
            restarted one after the other. scale: one becomes three, and one again.
            """)
    var plan = CellPlan.disturb

    @Flag(help: "Use the binaries of .build/release.")
    var release = false

    @Flag(help: "Short quick calls with typed lines, for a soak test.")
    var fast = false

    @Option(help: "Calls a minute, all together; with --fast 120 unless told otherwise, else as many as there can be.")
    var perMinute: Double?

    @Option(help: "How many gateways.") var gateways = 1
    @Option(help: "How many relays.") var relays = 1
    @Option(help: "How many supervisors.") var supervisors = 2
    @Option(help: "How many scoring processes.") var scorings = 1
    @Option(help: "How many report processes.") var reports = 1

    @Flag(help: "Keep the run's folder: journals, logs, database.")
    var keep = false

    @Option(help: "Write the whole report to this file.")
    var json: String?

    private var kinds: [FaultKind]? {
        guard faults != "none" else { return [] }
        let kinds = faults.split(separator: ",").map { FaultKind(rawValue: String($0)) }
        return kinds.contains(nil) ? nil : kinds.compactMap(\.self)
    }

    func validate() throws {
        guard (1...1_000).contains(sessions) else { throw ValidationError("--sessions must be 1 to 1000") }
        guard minutes > 0 else { throw ValidationError("--minutes must be more than 0") }
        guard interval >= 0 else { throw ValidationError("--interval must not be negative") }
        guard outage.map({ (1...600).contains($0) }) ?? true else {
            throw ValidationError("--outage must be 1 to 600")
        }
        guard kinds != nil else { throw ValidationError("--faults has a fault that is none") }
        guard cells == 1 || cells == plan.cells else {
            throw ValidationError("--plan \(plan.rawValue) has --cells \(plan.cells)")
        }
        guard cells == 1 || minutes >= 3 else { throw ValidationError("--plan needs --minutes 3 or more") }
        guard gateways == 1 else { throw ValidationError("--gateways can only be 1: there is one port") }
    }

    func run() async throws {
        if keep { setenv("KEEP_TEST_FOLDERS", "1", 1) }
        let folder = try TestFolders.temporary("chaos")
        let clock = RunClock()
        let end = RunEnd(clock, after: minutes * 60)
        let signals = end.onSignals()
        defer { for source in signals { source.cancel() } }
        var options = Campaign.Options(
            binaries: release ? TestFolders.package.appending(path: ".build/release") : TestFolders.binaries)
        options.sessions = sessions
        options.minutes = minutes
        options.seed = seed
        options.faults = kinds ?? []
        options.interval = interval
        options.outage = outage
        options.isFast = fast
        options.callsPerMinute = perMinute ?? (fast ? 120 : 0)
        options.counts = [
            .gateway: gateways, .relay: relays, .supervisor: supervisors, .scoring: scorings, .reports: reports,
        ]
        var report =
            if cells > 1 {
                try await CellsCampaign(
                    plan, sessions: sessions, minutes: minutes, seed: seed, binaries: options.binaries,
                    folder: folder, clock: clock, end: end
                ).run()
            } else { try await Campaign(options, folder: folder, clock: clock, end: end).run() }
        if keep { report.folder = folder.path }
        say(report.text)
        if let json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try encoder.encode(report).write(to: URL(filePath: json))
        }
        if report.hasFailed { throw ExitCode.failure }
    }
}
