import Domain
import Foundation
import TestSupport
import TrainingClient

/// A contestant's processes, started for one measurement.
struct RunningContestant: Sendable {
    let contestant: Contestant
    /// The measured processes, by name.
    let processes: [String: ProcessUnderTest]
    /// The port that all sessions connect to; on our gateway each session also has its own path.
    private let port: Int
    private let system: RunningSystem?

    /// - Parameters:
    ///   - upstream: port of the echo.
    ///   - audioRate: see `LoadPlan.audioRate`.
    /// - core: where all of its processes run; nil leaves it to the kernel.
    static func start(
        _ contestant: Contestant, upstream: Int, core: Int?, audioRate: Int, binaries: URL, folder: URL
    ) async throws -> RunningContestant {
        let port = try FreePort.next()
        let url = "ws://127.0.0.1:\(upstream)/v1/realtime?model=bench"
        let running: RunningContestant
        switch contestant {
        case .bat, .batBefore:
            running = try await ours(
                contestant, upstream: upstream, audioRate: audioRate, binaries: binaries, folder: folder)
        case .direct: running = RunningContestant(contestant: .direct, processes: [:], port: upstream, system: nil)
        case .nginx, .nginx16k:
            let starter = Baselines(folder: folder)
            let buffer = contestant == .nginx ? "4k" : "16k"
            running = RunningContestant(
                contestant: contestant,
                processes: try await starter.nginx(port: port, upstream: upstream, buffer: buffer), port: port,
                system: nil)
        case .node, .node2, .picows:
            running = RunningContestant(
                contestant: contestant,
                processes: try await Baselines(folder: folder).relay(contestant, port: port, upstream: url), port: port,
                system: nil)
        }
        if let core { for process in running.processes.values { try Cores.pin(process.pid, to: core) } }
        return running
    }

    private static func ours(
        _ contestant: Contestant, upstream: Int, audioRate: Int, binaries: URL, folder: URL
    ) async throws -> RunningContestant {
        var options = RunningSystem.Options()
        options.binaries = binaries
        options.folder = folder
        options.counts = [.gateway: 1, .relay: 1]
        options.openAI = URL(string: "http://127.0.0.1:\(upstream)/v1")
        options.environment = [
            "AUDIO_RATE": "\(audioRate)", "RATE_SESSIONS": "1000000", "RATE_REQUESTS": "10000000",
            "MAX_SESSIONS": "100000",
            "IDLE_SECONDS": "3600", "MAX_SESSION_MINUTES": "59", "LOG_LEVEL": "warning",
        ]
        let system = try await RunningSystem.start(options)
        var processes: [String: ProcessUnderTest] = [:]
        for service in [ServiceName.gateway, .relay] { processes[service.rawValue] = system.process(service) }
        return RunningContestant(
            contestant: contestant, processes: processes, port: system.url.port ?? 0, system: system)
    }

    /// Pids whose processor time counts, including child processes such as nginx workers.
    var pids: [String: Int32] {
        var pids: [String: Int32] = [:]
        for (name, process) in processes {
            pids[name] = process.pid
            for (number, child) in Cores.children(of: process.pid).enumerated() {
                pids["\(name) \(number + 1)"] = child
            }
        }
        return pids
    }

    /// Addresses for this number of sessions; on our gateway, the sessions are created first.
    func addresses(_ count: Int) async throws -> [LoadPlan.Address] {
        guard let system else { return (0..<count).map { _ in LoadPlan.Address(port: port, path: "/v1/realtime") } }
        let server = TrainingServer(address: system.url.absoluteString)
        var addresses: [LoadPlan.Address] = []
        for _ in 0..<count {
            // Sessions of an earlier run may still wait for their clients, and a trainee has only a few live ones.
            let created = try await server.create(
                scenarioId: "fmc_resistant", traineeId: "BENCH_\(UInt32.random(in: .min ... .max))")
            guard let url = URLComponents(string: created.wsUrl), let query = url.percentEncodedQuery else {
                throw SocketError(description: "the server gave no address: \(created.wsUrl)")
            }
            addresses.append(LoadPlan.Address(port: port, path: "\(url.percentEncodedPath)?\(query)"))
        }
        return addresses
    }

    func stop() async {
        for process in processes.values {
            for child in Cores.children(of: process.pid) { kill(child, SIGKILL) }
            process.signal(SIGKILL)
            _ = try? await process.exitCode(within: .seconds(5))
        }
    }
}
