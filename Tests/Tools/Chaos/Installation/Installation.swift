import Domain
import Foundation
import TestSupport

/// The tool's own installation: database, simulator and the five services. Like `deploy/up`, it restarts services that
/// die.
actor Installation {
    /// Time from the death of a process to its restart, in seconds; longer if it died within 2 s of the last restart.
    private static let restartPause = (usual: 0.25, afterEarlyDeath: 1.0)

    nonisolated let plan: InstallationPlan
    nonisolated let clock: RunClock
    nonisolated let system: RunningSystem
    nonisolated let database: RestartableDatabase
    /// Between the processes and the database.
    nonisolated let proxy: Proxy
    /// Between the relays and the simulator's Realtime socket.
    nonisolated let upstream: Proxy
    private(set) var exits: [ProcessExit] = []
    private var expected: [Int32: Set<Int32>] = [:]
    private var restarts: [Instance: (pid: Int32, at: Double)] = [:]
    private var started: [Instance: Double] = [:]

    /// Starts everything and waits until it is ready.
    init(_ plan: InstallationPlan, clock: RunClock) async throws {
        self.plan = plan
        self.clock = clock
        for name in ["upstream", "database", "calls"] {
            try FileManager.default.createDirectory(
                at: plan.folder.appending(path: name), withIntermediateDirectories: true)
        }
        database = try RestartableDatabase(folder: plan.folder.appending(path: "database"))
        try await database.start()
        proxy = try await Proxy(to: database.port)
        let simulator = try FreePort.next()
        upstream = try await Proxy(to: simulator)
        var options = RunningSystem.Options()
        options.counts = plan.counts
        options.environment = plan.environment
        options.environment["REALTIME_URL"] = "ws://127.0.0.1:\(upstream.port)/v1/realtime"
        options.simulatorPort = simulator
        options.simulatorArguments = plan.simulatorArguments
        options.mongoURI = "mongodb://127.0.0.1:\(proxy.port)/test"
        options.folder = plan.folder
        options.binaries = plan.binaries
        do {
            system = try await RunningSystem.start(options)
        } catch {
            await proxy.stop()
            await upstream.stop()
            await database.running?.stop(within: .seconds(5))
            throw error
        }
    }

    nonisolated func process(_ instance: Instance) -> ProcessUnderTest? {
        system.process(instance.service, instance.number)
    }

    // MARK: Keeping it alive

    /// Restarts dead processes until the calling task is cancelled.
    func keep() async {
        while !Task.isCancelled {
            for instance in plan.instances { await restart(instance) }
            try? await Task.sleep(for: .milliseconds(25))
        }
    }

    /// Starts a process that is not kept alive.
    func launchExtra(_ instance: Instance) throws -> ProcessUnderTest {
        try system.launch(instance.service, instance: instance.number)
    }

    /// From now on the process may end with one of these codes.
    func expect(_ process: ProcessUnderTest, toEndWith codes: Set<Int32>) {
        expected[process.pid, default: []].formUnion(codes)
    }

    private func restart(_ instance: Instance) async {
        guard let process = process(instance), !process.isRunning else { return }
        if let due = restarts[instance], due.pid == process.pid {
            guard clock.now >= due.at else { return }
            restarts[instance] = nil
            started[instance] = clock.now
            _ = try? system.launch(instance.service, instance: instance.number)
            return
        }
        await note(process, of: instance)
        let isEarly = clock.now - (started[instance] ?? -100) < 2
        restarts[instance] = (
            process.pid, clock.now + (isEarly ? Self.restartPause.afterEarlyDeath : Self.restartPause.usual)
        )
    }

    private func note(_ process: ProcessUnderTest, of instance: Instance) async {
        let code = (try? await process.exitCode(within: .seconds(1))) ?? 0
        let isWanted = expected[process.pid]?.contains(code) ?? false
        exits.append(
            ProcessExit(
                process: "\(instance)", at: clock.now, code: code, isWanted: isWanted,
                lastWords: isWanted ? "" : String(process.output.suffix(1_500))))
    }

    /// Waits until `/readyz` of every process succeeds.
    ///
    /// - Returns: whether it did within this many seconds.
    nonisolated func isReady(within seconds: Double) async -> Bool {
        let deadline = clock.now + seconds
        for instance in plan.instances {
            while true {
                if process(instance)?.isRunning == true, await system.isReady(instance.service, instance.number) {
                    break
                }
                guard clock.now < deadline else { return false }
                try? await Task.sleep(for: .milliseconds(20))
            }
        }
        return true
    }

    // MARK: The end

    /// Stops the services and the simulator. The database keeps running for the audit.
    func stop() async {
        for instance in plan.instances {
            guard let process = process(instance) else { continue }
            process.signal(SIGCONT)
            expect(process, toEndWith: [0])
        }
        await system.stop()
        for instance in plan.instances {
            if let process = process(instance), restarts[instance]?.pid != process.pid {
                await note(process, of: instance)
            }
        }
    }

    func stopDatabase() async {
        await proxy.stop()
        await upstream.stop()
        await database.running?.stop(within: .seconds(10))
    }
}
