import Domain
import Foundation
import Storage
import TestSupport
import TrainingClient

/// One run with several cells, of which some come and go.
struct CellsCampaign: Sendable {
    /// What a takeover must keep. Messages of the last moments of a lost machine are gone with it, so the rules about
    /// what was told do not apply.
    static let rules: Set<Rule> = [
        .ackedEventIsStored, .eventIsStoredOnce, .oneEnd, .oneScore, .oneOwnerTells, .sessionExists, .sessionIsEnded,
        .sessionIsScored, .journalIsGone, .lineIsRecordedOnce, .factIsRecordedOnce, .evaluationIsLoggedOnce,
        .sessionHasOneCall,
    ]
    /// How long the services may take until everything is ended and scored, in seconds.
    private static let quietPatience = 150.0

    let plan: CellPlan
    let sessions: Int
    let minutes: Double
    let seed: UInt64
    let binaries: URL
    let folder: URL
    let clock: RunClock
    let end: RunEnd
    private let tally = Tally()

    init(
        _ plan: CellPlan, sessions: Int, minutes: Double, seed: UInt64, binaries: URL, folder: URL, clock: RunClock,
        end: RunEnd
    ) {
        self.plan = plan
        self.sessions = sessions
        self.minutes = minutes
        self.seed = seed
        self.binaries = binaries
        self.folder = folder
        self.clock = clock
        self.end = end
    }

    func run() async throws -> Report {
        let installation = try await CellInstallation(binaries, in: folder, count: plan.cells)
        if plan == .scale {
            for cell in 2...plan.cells { await installation.retire(cell, drainingFor: 0, end) }
        }
        say("ready http://127.0.0.1:\(installation.front.port); everything is in \(folder.path)")
        let reader = try EvidenceReader(
            database: installation.database.uri, data: folder.appending(path: "data"),
            journals: (1...plan.cells).map { folder.appending(path: "cell-\($0)/journal") })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await follow(plan, installation) }
            for number in 1...max(1, sessions) {
                let caller = Caller(
                    number: number, seed: seed,
                    server: TrainingServer(address: "http://127.0.0.1:\(installation.front.port)"), clock: clock,
                    end: end, tally: tally, folder: folder.appending(path: "calls"), isFast: plan.hasFastCalls,
                    microphones: MuteSwitch(), secondsPerCall: 0)
                group.addTask { await caller.run() }
            }
            try await group.waitForAll()
        }
        await settle(reader)
        await installation.stop()
        let report = try await audit(reader)
        await reader.close()
        await installation.stopDatabase()
        return report
    }

    private func follow(_ plan: CellPlan, _ installation: CellInstallation) async throws {
        switch plan {
        case .disturb: await disturb(installation)
        case .upgrade: try await upgrade(installation)
        case .scale: try await scale(installation)
        }
    }

    /// Waits for a share of the run.
    private func reach(_ share: Double) async { await end.sleep(max(0, share * minutes * 60 - clock.now)) }

    private func tell(_ text: String) { say("\(Int(clock.now)) s: \(text)") }

    private func disturb(_ installation: CellInstallation) async {
        await reach(0.1)
        tell("cell 1 drains")
        installation.drain(1, true)
        await reach(0.2)
        installation.drain(1, false)
        tell("cell 2 is cut off from the database")
        installation.cut(2, true)
        // Long enough for the other cell to end its sessions.
        await end.sleep(Double(CellInstallation.resume) + 30)
        installation.cut(2, false)
        tell("cell 2 is healed")
        await reach(0.75)
        tell("cell 1 is lost with its folders")
        await installation.lose(1)
    }

    private func upgrade(_ installation: CellInstallation) async throws {
        for cell in 1...plan.cells {
            await reach(Double(cell) / Double(plan.cells + 1))
            tell("cell \(cell) drains")
            await installation.retire(cell, drainingFor: Self.drainSeconds, end)
            tell("cell \(cell) has stopped")
            try await installation.start(cell)
            tell("cell \(cell) is ready again")
        }
    }

    private func scale(_ installation: CellInstallation) async throws {
        await reach(0.25)
        for cell in 2...plan.cells { try await installation.start(cell) }
        tell("cells 2 and 3 are ready")
        await reach(0.6)
        for cell in 2...plan.cells {
            tell("cell \(cell) drains")
            await installation.retire(cell, drainingFor: Self.drainSeconds, end)
            tell("cell \(cell) has stopped")
        }
    }

    private static let drainSeconds = 5.0

    private func settle(_ reader: EvidenceReader) async {
        let deadline = clock.now + Self.quietPatience
        while clock.now < deadline {
            if let all = try? await reader.sessions(), reader.openJournals.isEmpty,
                all.allSatisfy({ $0.status == .ended && [.scored, .filed].contains($0.phase) })
            {
                return
            }
            try? await Task.sleep(for: .milliseconds(500))
        }
    }

    private func audit(_ reader: EvidenceReader) async throws -> Report {
        var report = Report(
            sessions: sessions, minutes: minutes, seed: seed, calls: 0, acknowledgedEvents: 0, numberedMessages: 0,
            reconnections: 0, flaws: [], skipped: [], faults: [], faultFigures: [], processes: [],
            logged: LoggedErrors.count(in: folder), folder: nil)
        var run = RunAudit()
        var pulses: [CallPulse] = []
        var creations: [Double] = []
        try await reader.readCalls(in: folder) { call, evidence in
            report.flaws += SessionAudit(call, evidence).flaws
            run.calls.append(RunAudit.CallOutline(name: call.name, session: call.session))
            report.count(call)
            pulses.append(CallPulse(call))
            if let took = call.creation { creations.append(took) }
        }
        report.cells = CellFigures(pulses, creations: creations, sessions: try await reader.owners())
        report.flaws += run.flaws
        report.flaws.removeAll { !Self.rules.contains($0.rule) }
        return report
    }
}
