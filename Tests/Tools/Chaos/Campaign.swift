import Domain
import Foundation
import SeededRandom
import Storage
import TestSupport
import TrainingClient

/// One run: an installation, callers, faults, and the audit afterwards.
struct Campaign: Sendable {
    struct Options: Sendable {
        var sessions = 20
        var minutes = 5.0
        var seed: UInt64 = 1
        var faults: [FaultKind] = []
        /// From the end of one fault to the next, on average, in seconds.
        var interval = 10.0
        /// How long the database is unavailable each time, in seconds; nil for a random time of 5 to 60.
        var outage: Double?
        var isFast = false
        /// Of all callers together; 0 for no limit.
        var callsPerMinute = 0.0
        var counts: [ServiceName: Int] = [:]
        var binaries: URL
    }

    /// How long callers may take to end their last calls, in seconds.
    private static let endPatience = 300.0
    /// How long the services may take until everything is ended, scored and filed, in seconds.
    private static let quietPatience = 120.0

    let options: Options
    let folder: URL
    let clock: RunClock
    let end: RunEnd
    private let tally = Tally()
    private let microphones = MuteSwitch()

    init(_ options: Options, folder: URL, clock: RunClock, end: RunEnd) {
        self.options = options
        self.folder = folder
        self.clock = clock
        self.end = end
    }

    func run() async throws -> Report {
        var plan = InstallationPlan(binaries: options.binaries, folder: folder)
        plan.counts.merge(options.counts) { _, own in own }
        plan.isFast = options.isFast
        var skipped: [String] = []
        let disks = smallDisks(&skipped)
        defer { for disk in disks { disk.unmount() } }
        let installation = try await Installation(plan, clock: clock)
        let injector = FaultInjector(
            installation,
            plan: FaultPlan(
                options.faults.filter { $0 != .disk || !disks.isEmpty }, instances: plan.instances,
                interval: options.interval, longestOutage: options.minutes * 60 / 5, outage: options.outage,
                dice: SplitMix64(seed: options.seed, stream: 0)), end: end, disks: disks, microphones: microphones)
        say("ready \(installation.system.url); everything is in \(folder.path)")
        let sampler = ProcessSampler(installation, tally: tally)
        let upstream = UpstreamWatch(simulator: installation.system.openAI, log: folder.appending(path: "upstream"))
        let reader = try EvidenceReader(
            database: installation.database.uri, data: folder.appending(path: "data"),
            journals: [folder.appending(path: "journal")])
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await installation.keep() }
            group.addTask { await sampler.run() }
            group.addTask { await upstream.run() }
            group.addTask { await tell() }
            await withTaskGroup(of: Void.self) { inner in
                inner.addTask { await injector.run() }
                await callAll(installation)
            }
            await settle(reader)
            await upstream.look()
            group.cancelAll()
        }
        await installation.stop()
        var run = RunAudit()
        run.upstream = await upstream.sessions()
        run.exits = await installation.exits
        run.faults = await injector.records
        var report = try await audit(run, reader, samples: await sampler.samples)
        report.skipped = skipped
        await reader.close()
        await installation.stopDatabase()
        return report
    }

    /// The disks of the journals and of the data files, if the disk fault is selected and they can be mounted.
    private func smallDisks(_ skipped: inout [String]) -> [SmallDisk] {
        guard options.faults.contains(.disk) else { return [] }
        do {
            return try ["journal", "data"].map { try SmallDisk(over: folder.appending(path: $0)) }
        } catch {
            skipped.append("disk: \(error)")
            return []
        }
    }

    // MARK: Calls

    private func callAll(_ installation: Installation) async {
        let server = TrainingServer(address: installation.system.url.absoluteString)
        let pause = options.callsPerMinute > 0 ? Double(options.sessions) * 60 / options.callsPerMinute : 0
        await withTaskGroup(of: Bool.self) { group in
            for number in 1...max(1, options.sessions) {
                let caller = Caller(
                    number: number, seed: options.seed, server: server, clock: clock, end: end, tally: tally,
                    folder: folder.appending(path: "calls"), isFast: options.isFast, microphones: microphones,
                    secondsPerCall: pause)
                group.addTask {
                    await caller.run()
                    return true
                }
            }
            group.addTask {
                while !end.isReached { await end.sleep(1) }
                try? await Task.sleep(for: .seconds(Self.endPatience))
                return false
            }
            var left = max(1, options.sessions)
            for await isCaller in group {
                left -= 1
                if left == 0 || !isCaller { break }
            }
            group.cancelAll()
        }
    }

    /// Waits until every session is ended and filed and no journal is left, at most `quietPatience`.
    private func settle(_ reader: EvidenceReader) async {
        let deadline = clock.now + Self.quietPatience
        while clock.now < deadline {
            if let sessions = try? await reader.sessions(),
                sessions.allSatisfy({ $0.status == .ended && $0.phase == .filed }), reader.openJournals.isEmpty
            {
                return
            }
            try? await Task.sleep(for: .milliseconds(500))
        }
    }

    /// Prints progress every 30 seconds until the calling task is cancelled.
    private func tell() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(30))
            guard !Task.isCancelled else { return }
            say("\(Int(clock.now)) s: \(tally.finished) calls over, \(tally.running) under way")
        }
    }

    // MARK: Audit

    private func audit(
        _ material: RunAudit, _ reader: EvidenceReader, samples: [ProcessSample]
    ) async throws -> Report {
        var run = material
        run.stored = try await reader.sessions().map(\.sessionId)
        var report = Report(
            sessions: options.sessions, minutes: options.minutes, seed: options.seed, calls: 0, acknowledgedEvents: 0,
            numberedMessages: 0, reconnections: 0, flaws: [], skipped: [], faults: run.faults, faultFigures: [],
            processes: [], logged: LoggedErrors.count(in: folder), folder: nil)
        var pulses: [CallPulse] = []
        try await reader.readCalls(in: folder) { call, evidence in
            if let record = evidence.record { report.evaluations.add(record) }
            report.flaws += SessionAudit(call, evidence, faults: run.faults).flaws
            run.calls.append(RunAudit.CallOutline(name: call.name, session: call.session))
            report.count(call)
            pulses.append(CallPulse(call))
        }
        report.flaws += run.flaws
        report.faultFigures = FaultFigures.of(run.faults, in: pulses)
        report.scoreAfter = Figures(pulses.compactMap(\.scoreAfter))
        report.processes = Dictionary(grouping: samples, by: \.process).sorted { $0.key < $1.key }
            .compactMap { ProcessFigures($0.key, $0.value) }
        return report
    }
}

/// Prints a line for the operator.
func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
}
