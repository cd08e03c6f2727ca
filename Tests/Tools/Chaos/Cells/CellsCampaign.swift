import Domain
import Foundation
import Storage
import TestSupport
import TrainingClient

/// One run with two cells: one is drained, one is cut off from the database and healed, one is lost with its folders.
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

    let sessions: Int
    let minutes: Double
    let seed: UInt64
    let binaries: URL
    let folder: URL
    let clock: RunClock
    let end: RunEnd
    private let tally = Tally()

    init(
        sessions: Int, minutes: Double, seed: UInt64, binaries: URL, folder: URL, clock: RunClock, end: RunEnd
    ) {
        self.sessions = sessions
        self.minutes = minutes
        self.seed = seed
        self.binaries = binaries
        self.folder = folder
        self.clock = clock
        self.end = end
    }

    func run() async throws -> Report {
        let installation = try await CellInstallation(binaries, in: folder)
        say("ready http://127.0.0.1:\(installation.front.port); everything is in \(folder.path)")
        let reader = try EvidenceReader(
            database: installation.database.uri, data: folder.appending(path: "data"),
            journals: folder.appending(path: "cell-2/journal"))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await disturb(installation) }
            for number in 1...max(1, sessions) {
                let caller = Caller(
                    number: number, seed: seed,
                    server: TrainingServer(address: "http://127.0.0.1:\(installation.front.port)"), clock: clock,
                    end: end, tally: tally, folder: folder.appending(path: "calls"), isFast: true,
                    microphones: MuteSwitch(), secondsPerCall: 0)
                group.addTask { await caller.run() }
            }
        }
        await settle(reader)
        await installation.stop()
        let report = try await audit(reader)
        await reader.close()
        await installation.stopDatabase()
        return report
    }

    /// Each at its share of the run.
    private func disturb(_ installation: CellInstallation) async {
        let whole = minutes * 60
        func reach(_ share: Double) async { await end.sleep(max(0, share * whole - clock.now)) }
        await reach(0.1)
        say("\(Int(clock.now)) s: cell 1 drains")
        installation.drain(1, true)
        await reach(0.2)
        installation.drain(1, false)
        say("\(Int(clock.now)) s: cell 2 is cut off from the database")
        installation.cut(2, true)
        // Long enough for the other cell to end its sessions.
        await end.sleep(Double(CellInstallation.resume) + 30)
        installation.cut(2, false)
        say("\(Int(clock.now)) s: cell 2 is healed")
        await reach(0.75)
        say("\(Int(clock.now)) s: cell 1 is lost with its folders")
        await installation.lose(1)
    }

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
        try await reader.readCalls(in: folder) { call, evidence in
            report.flaws += SessionAudit(call, evidence).flaws
            run.calls.append(RunAudit.CallOutline(name: call.name, session: call.session))
            report.count(call)
        }
        report.flaws += run.flaws
        report.flaws.removeAll { !Self.rules.contains($0.rule) }
        return report
    }
}
