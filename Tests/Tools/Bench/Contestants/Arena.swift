import Foundation
import TestSupport

/// The setting of a measurement: echo and load generator on one processor, the contestant on the other.
final class Arena: Sendable {
    static let measuredCore = 0
    static let loadCore = 1

    private let folder: URL
    private let binaries: URL
    private let before: URL
    private let echo: ProcessUnderTest
    private let echoPort: Int
    private let spinners: [ProcessUnderTest]

    private init(binaries: URL, before: URL) async throws {
        self.binaries = binaries
        self.before = before
        folder = try TestFolders.temporary("bench")
        echoPort = try FreePort.next()
        echo = try Self.onLoadCore("echo", ["echo", "--port", "\(echoPort)"], folder)
        spinners = try Cores.keepAwake(folder: folder)
        let (echo, port) = (echo, echoPort)
        try await eventually("the echo listens", within: .seconds(10)) {
            guard echo.isRunning else { throw NeverHappened(description: echo.output) }
            return LoopbackSocket.isAnswered(port: port)
        }
    }

    /// Opens an arena for the duration of `body`.
    ///
    /// - Parameters:
    ///   - binaries: folder of the binaries; nil for the bench's own.
    ///   - before: folder of the binaries of `bat-before`; nil for the same.
    static func with(
        binaries: String?, before: String? = nil, _ body: (Arena) async throws -> Void
    ) async throws {
        let own = binaries.map { URL(filePath: $0) } ?? TestFolders.binaries
        let arena = try await Arena(binaries: own, before: before.map { URL(filePath: $0) } ?? own)
        do { try await body(arena) } catch {
            await arena.close()
            throw error
        }
        await arena.close()
    }

    private func close() async {
        for process in spinners + [echo] { await process.stop(within: .seconds(1)) }
    }

    /// Starts a contestant, lets the plan run against it, and stops it.
    ///
    /// - Parameters:
    ///   - sessions: number of sessions; their addresses are filled in.
    ///   - nuisances: number of extra sessions of each kind.
    ///   - pinned: whether all of its processes run on one processor.
    ///   - countsCalls: whether to count its system calls, which slows it down.
    func measure(
        _ contestant: Contestant, sessions: Int, nuisances: [LoadPlan.Nuisance: Int] = [:], pinned: Bool = true,
        countsCalls: Bool = false, _ plan: LoadPlan
    ) async throws -> LoadResult {
        let own = folder.appending(path: "\(contestant.rawValue)-\(UInt32.random(in: .min ... .max))")
        try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
        let clock = ContinuousClock()
        let began = clock.now
        let running = try await RunningContestant.start(
            contestant, upstream: echoPort, core: pinned ? Self.measuredCore : nil, audioRate: plan.audioRate,
            binaries: contestant == .batBefore ? before : binaries, folder: own)
        let startTime = clock.now - began
        do {
            var plan = plan
            plan.addresses = try await running.addresses(sessions)
            for (kind, count) in nuisances { plan.nuisances[kind] = try await running.addresses(count) }
            plan.waitsForReady = contestant.isRelay
            plan.watched = running.pids
            let calls = countsCalls ? try await SystemCalls.count(of: Array(running.pids.values), folder: own) : nil
            var result = try await load(plan, own)
            if let calls { result.calls = try await calls.stop() }
            result.startMilliseconds = startTime / .milliseconds(1)
            await running.stop()
            return result
        } catch {
            await running.stop()
            throw error
        }
    }

    private func load(_ plan: LoadPlan, _ folder: URL) async throws -> LoadResult {
        let (planFile, resultFile) = (folder.appending(path: "plan.json"), folder.appending(path: "result.json"))
        try JSONEncoder().encode(plan).write(to: planFile)
        let load = try Self.onLoadCore("load", ["load", planFile.path, resultFile.path], folder)
        let code = try await load.exitCode(within: .seconds(plan.warmUp + plan.seconds + 60))
        guard code == 0 else { throw SocketError(description: "load generator: \(load.output)") }
        return try JSONDecoder().decode(LoadResult.self, from: Data(contentsOf: resultFile))
    }

    private static func onLoadCore(_ name: String, _ arguments: [String], _ folder: URL) throws -> ProcessUnderTest {
        try ProcessUnderTest(
            name, executable: URL(filePath: "/usr/bin/taskset"),
            arguments: ["-c", "\(loadCore)", Bench.executable] + arguments, folder: folder,
            log: folder.appending(path: "\(name).log"))
    }
}
