public import Domain
public import Foundation
import Synchronization

/// The five real processes with a database and the simulator, in their own folders and on their own ports.
///
/// Build the products first (`swift build --build-tests` does). Always call `stop()`; processes that are left at the
/// end of the test run are killed.
public final class RunningSystem: Sendable {
    public struct Options: Sendable {
        /// Number of instances of each service; 0 leaves a service out.
        public var counts: [ServiceName: Int] = [.gateway: 1, .relay: 1, .supervisor: 1, .scoring: 1, .reports: 1]
        /// Added to the environment of every process, for example `RESUME_SECONDS`.
        public var environment: [String: String] = [:]
        /// Faults and timing of the simulator.
        public var simulatorArguments: [String] = []
        /// Port of the simulator; nil for a free one.
        public var simulatorPort: Int?
        /// Base URL of another server that speaks the protocol, instead of the simulator.
        public var openAI: URL?
        /// URI of another database, instead of a new one in the run's shared server.
        public var mongoURI: String?
        /// Folder for everything that belongs to this system; nil for a temporary one.
        public var folder: URL?
        /// Folder of the five service binaries and the simulator.
        public var binaries = TestFolders.binaries

        public init() {}
    }

    /// Folder of this system's sockets, data, journals and logs.
    public let folder: URL
    public let url: URL
    public let mongoURI: String
    public let sockets: SocketDirectory
    public let simulator: ProcessUnderTest?
    /// Base URL of the simulator or its replacement.
    public let openAI: URL

    private let binaries: URL
    private let environment: [String: String]
    private let processes = Mutex<[String: ProcessUnderTest]>([:])

    /// Starts everything and waits until `/readyz` of every process succeeds.
    ///
    /// - Throws: `NeverHappened` with the log of the process that failed.
    public static func start(_ options: Options = Options()) async throws -> RunningSystem {
        let system = try await RunningSystem(options)
        do {
            for service in ServiceName.allCases {
                for number in 0..<(options.counts[service] ?? 0) {
                    try system.launch(service, instance: "\(number + 1)")
                }
            }
            try await system.ready()
        } catch {
            await system.stop()
            throw error
        }
        return system
    }

    private init(_ options: Options) async throws {
        folder = try options.folder ?? TestFolders.temporary()
        binaries = options.binaries
        sockets = SocketDirectory(root: folder.appending(path: "s").path)
        let port = try FreePort.next()
        url = try Self.loopback(port)
        if let given = options.mongoURI {
            mongoURI = given
        } else {
            mongoURI = try await SecantusDatabase.shared.uri()
        }
        if let given = options.openAI {
            simulator = nil
            openAI = given
        } else {
            let port = try options.simulatorPort ?? FreePort.next()
            openAI = try Self.loopback(port, "/v1")
            simulator = try ProcessUnderTest(
                "simulator", executable: options.binaries.appending(path: "openai-simulator"),
                arguments: ["--port", "\(port)"] + options.simulatorArguments, folder: folder,
                log: folder.appending(path: "simulator.log"))
        }
        environment = [
            "HOST": "127.0.0.1", "PORT": "\(port)", "MONGODB_URI": mongoURI, "OPENAI_BASE_URL": openAI.absoluteString,
            "OPENAI_API_KEY": "sk-simulated", "SIMULATED": "1", "SOCKET_DIR": sockets.root,
            "DATA_DIR": folder.appending(path: "data").path, "JOURNAL_DIR": folder.appending(path: "journal").path,
            "PERSONAS_DIR": TestFolders.package.appending(path: "Shared/Personas").path, "LOG_FORMAT": "json",
            "LOG_LEVEL": "debug", "DRAIN_SECONDS": "5",
        ].merging(options.environment) { _, given in given }
    }

    /// The latest process of an instance; nil if it was never started.
    public func process(_ service: ServiceName, _ instance: String = "1") -> ProcessUnderTest? {
        processes.withLock { $0["\(service.rawValue).\(instance)"] }
    }

    /// Starts an instance, or restarts one that has ended; `ready()` waits for it.
    ///
    /// - Parameter own: variables for this instance only, for example another `PORT`.
    @discardableResult
    public func launch(
        _ service: ServiceName, instance: String, environment own: [String: String] = [:]
    ) throws -> ProcessUnderTest {
        let name = "\(service.rawValue).\(instance)"
        let process = try ProcessUnderTest(
            name, executable: binaries.appending(path: service.rawValue),
            environment: environment.merging(["INSTANCE_ID": instance]) { _, own in own }.merging(own) { _, own in own
            },
            folder: folder,
            log: folder.appending(path: "\(name)-\(UInt32.random(in: .min ... .max)).log"))
        processes.withLock { $0[name] = process }
        return process
    }

    /// Waits until `/readyz` of every process succeeds.
    public func ready(within limit: Duration = .seconds(60)) async throws {
        for (name, process) in processes.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
            try await eventually("\(name) is ready", within: limit) {
                guard process.isRunning else {
                    throw NeverHappened(description: "\(name) ended: \(process.output.suffix(2_000))")
                }
                return await status(of: name) == 200
            }
        }
    }

    /// Whether `/readyz` of this instance succeeds.
    public func isReady(_ service: ServiceName, _ instance: String) async -> Bool {
        await status(of: "\(service.rawValue).\(instance)") == 200
    }

    /// The output of each process by `<service>.<instance>`, for failed tests and for tests that look for a log line.
    public var logs: [String: String] {
        processes.withLock { $0 }.mapValues(\.output)
    }

    /// Stops gateways and relays first, then the workers, then the simulator. The database keeps running for other
    /// systems.
    public func stop() async {
        let running = processes.withLock { $0 }
        for isFront in [true, false] {
            await withDiscardingTaskGroup { group in
                for (name, process) in running
                where (name.hasPrefix("gateway") || name.hasPrefix("relay")) == isFront && process.isRunning {
                    group.addTask { await process.stop() }
                }
            }
        }
        await simulator?.stop(within: .seconds(2))
    }

    private static func loopback(_ port: Int, _ path: String = "") throws -> URL {
        guard let url = URL(string: "http://127.0.0.1:\(port)\(path)") else { throw FreePort.NoneLeft() }
        return url
    }

    private func status(of name: String) async -> Int {
        let words = name.split(separator: ".", maxSplits: 1).map(String.init)
        guard let first = words.first, let service = ServiceName(rawValue: first), let instance = words.last else {
            return 0
        }
        let descriptor =
            service == .gateway
            ? try? LoopbackSocket.connected(port: url.port ?? 0)
            : try? LoopbackSocket.connected(path: sockets.socket(of: service, instance: instance))
        guard let descriptor else { return 0 }
        return await LoopbackSocket.get("/readyz", on: descriptor).status
    }
}
