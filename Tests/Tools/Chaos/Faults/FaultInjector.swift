import Domain
import Foundation
import TestSupport

/// Executes the plan, one fault after the other, and after each waits until everything is ready again.
actor FaultInjector {
    /// How long a process may take to end after SIGTERM, in seconds: its drain plus a margin.
    private static let termPatience = 25.0
    /// How long a socket file may be missing before its process is restarted, in seconds.
    private static let socketPatience = 5.0

    private let installation: Installation
    private let end: RunEnd
    private let disks: [SmallDisk]
    private let microphones: MuteSwitch
    private var plan: FaultPlan
    private(set) var records: [FaultRecord] = []

    /// - Parameters:
    ///   - disks: of the journals and of the data files, if they could be mounted.
    ///   - microphones: of all callers.
    init(_ installation: Installation, plan: FaultPlan, end: RunEnd, disks: [SmallDisk], microphones: MuteSwitch) {
        self.microphones = microphones
        self.installation = installation
        self.plan = plan
        self.end = end
        self.disks = disks
    }

    private var clock: RunClock { installation.clock }

    /// Runs until the run's end; a fault that has begun is completed.
    func run() async {
        while let step = plan.next() {
            await end.sleep(step.pause)
            guard !end.isReached else { return }
            var record = FaultRecord(kind: step.kind, target: step.target, at: clock.now)
            say(String(format: "%.1f s: %@ %@", record.at, step.kind.rawValue, record.target))
            // Recorded before it happens, so that every effect comes after its recorded cause.
            records.append(record)
            await inject(step, &record)
            if await installation.isReady(within: RunAudit.readyLimit) { record.readyAt = clock.now }
            records[records.count - 1] = record
        }
    }

    private func inject(_ step: FaultStep, _ record: inout FaultRecord) async {
        switch step.kind {
        case .kill, .kill2: await kill(step.targets)
        case .workers: await changeWorkers(step, &record)
        case .stop: await suspend(step.targets, step.seconds, &record)
        case .term: await terminate(step.targets, &record)
        case .rolling: await roll(step.targets, &record)
        case .database: await takeDatabase(step.seconds, &record)
        case .cut: await cut(step, &record)
        case .disk: await fillDisk(step, &record)
        case .sockets: await takeSocket(step.targets, &record)
        case .upstreamStall: await stallUpstream(step.seconds, &record)
        case .mute: await mute(step.seconds, &record)
        }
    }

    // MARK: Processes

    private func kill(_ targets: [Instance]) async {
        let processes = targets.compactMap { installation.process($0) }
        for process in processes { await installation.expect(process, toEndWith: [-SIGKILL]) }
        for process in processes { process.signal(SIGKILL) }
        for process in processes { await ended(process, within: 5) }
    }

    private func changeWorkers(_ step: FaultStep, _ record: inout FaultRecord) async {
        guard step.isFirstWay else { return await kill(step.targets) }
        for target in step.targets {
            do {
                let process = try await installation.launchExtra(target)
                try? await Task.sleep(for: .seconds(step.seconds))
                process.signal(SIGKILL)
                await ended(process, within: 5)
                record.note = String(format: "came, and was killed after %.1f s", step.seconds)
            } catch {
                record.note = "did not come: \(error)"
            }
        }
    }

    private func suspend(_ targets: [Instance], _ seconds: Double, _ record: inout FaultRecord) async {
        let processes = targets.compactMap { installation.process($0) }
        for process in processes { process.signal(SIGSTOP) }
        try? await Task.sleep(for: .seconds(seconds))
        for process in processes { process.signal(SIGCONT) }
        record.overAt = clock.now
        record.note = String(format: "for %.1f s", seconds)
    }

    private func terminate(_ targets: [Instance], _ record: inout FaultRecord) async {
        for target in targets {
            guard let process = installation.process(target) else { continue }
            await installation.expect(process, toEndWith: [0])
            process.signal(SIGTERM)
            let began = clock.now
            if await ended(process, within: Self.termPatience) {
                let note = String(format: "%@ ended after %.1f s", target.description, clock.now - began)
                record.note = [record.note, note].compactMap(\.self).joined(separator: "; ")
            } else {
                record.note = "\(target) did not end after SIGTERM"
                process.signal(SIGKILL)
            }
        }
    }

    private func roll(_ targets: [Instance], _ record: inout FaultRecord) async {
        for target in targets {
            await terminate([target], &record)
            guard await installation.isReady(within: RunAudit.readyLimit) else { return }
        }
    }

    /// - Returns: whether it ended in time.
    @discardableResult
    private func ended(_ process: ProcessUnderTest, within seconds: Double) async -> Bool {
        let deadline = clock.now + seconds
        while process.isRunning, clock.now < deadline { try? await Task.sleep(for: .milliseconds(10)) }
        return !process.isRunning
    }

    // MARK: The database

    private func takeDatabase(_ seconds: Double, _ record: inout FaultRecord) async {
        record.note = String(format: "away for %.1f s", seconds)
        try? await installation.database.kill()
        try? await Task.sleep(for: .seconds(seconds))
        do { try await installation.database.start() } catch { record.note = "the database does not start: \(error)" }
        record.overAt = clock.now
    }

    private func cut(_ step: FaultStep, _ record: inout FaultRecord) async {
        if step.isFirstWay {
            record.note = "reset"
            installation.proxy.reset()
        } else {
            record.note = String(format: "nothing gets through for %.1f s", step.seconds)
            installation.proxy.set(.blackhole)
            try? await Task.sleep(for: .seconds(step.seconds))
            installation.proxy.set(.open)
        }
        record.overAt = clock.now
    }

    // MARK: OpenAI and the callers

    private func stallUpstream(_ seconds: Double, _ record: inout FaultRecord) async {
        record.note = String(format: "reads nothing for %.1f s", seconds)
        installation.upstream.set(.deaf)
        try? await Task.sleep(for: .seconds(seconds))
        installation.upstream.set(.open)
        record.overAt = clock.now
    }

    private func mute(_ seconds: Double, _ record: inout FaultRecord) async {
        record.note = String(format: "silent for %.1f s", seconds)
        microphones.set(true)
        try? await Task.sleep(for: .seconds(seconds))
        microphones.set(false)
        record.overAt = clock.now
    }

    // MARK: Files

    private func fillDisk(_ step: FaultStep, _ record: inout FaultRecord) async {
        guard let disk = step.isFirstWay ? disks.first : disks.last else { return }
        record.note = String(format: "full for %.1f s", step.seconds)
        disk.fill()
        try? await Task.sleep(for: .seconds(step.seconds))
        await kill(step.targets)
        disk.free()
        record.overAt = clock.now
    }

    private func takeSocket(_ targets: [Instance], _ record: inout FaultRecord) async {
        for target in targets {
            guard let path = try? installation.system.sockets.socket(of: target.service, instance: target.number)
            else { continue }
            unlink(path)
            let deadline = clock.now + Self.socketPatience
            while !FileManager.default.fileExists(atPath: path), clock.now < deadline {
                try? await Task.sleep(for: .milliseconds(50))
            }
            record.overAt = clock.now
            if FileManager.default.fileExists(atPath: path) {
                record.note = "the socket was put back"
            } else {
                await terminate([target], &record)
            }
        }
    }
}
