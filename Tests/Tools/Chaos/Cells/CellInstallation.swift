import Domain
import Foundation
import TestSupport

/// Cells, each with folders of its own and a way of its own to the database that they share, behind one address.
final class CellInstallation: Sendable {
    let folder: URL
    let database: RestartableDatabase
    let cells: [RunningSystem]
    /// Between each cell and the database.
    let ways: [Proxy]
    /// Gives each connection to the next gateway of those that are open.
    let front: Proxy
    /// Ports of the gateways that get connections.
    private let open: OpenPorts

    /// Short, so that a cell's death and what follows fit into a run, in seconds.
    static let resume = 20

    /// - Parameter count: number of cells. All are started.
    init(_ binaries: URL, in folder: URL, count: Int) async throws {
        self.folder = folder
        for name in ["database", "calls"] {
            try FileManager.default.createDirectory(
                at: folder.appending(path: name), withIntermediateDirectories: true)
        }
        database = try RestartableDatabase(folder: folder.appending(path: "database"))
        try await database.start()
        var cells: [RunningSystem] = []
        var ways: [Proxy] = []
        for number in 1...count {
            let way = try await Proxy(to: database.port)
            ways.append(way)
            var options = RunningSystem.Options()
            options.counts = [.supervisor: 1, .scoring: 1, .reports: 1]
            options.folder = folder.appending(path: "cell-\(number)")
            options.binaries = binaries
            options.mongoURI = "mongodb://127.0.0.1:\(way.port)/test"
            options.openAI = cells.first?.openAI
            options.simulatorArguments = ["--tones", "--pace", "4"]
            options.environment = [
                "CELL": "cell-\(number)", "ACK_AFTER": "database", "RESUME_SECONDS": "\(Self.resume)",
                // Shared, so that the audit finds the files of either.
                "DATA_DIR": folder.appending(path: "data").path, "SUPERVISOR_DEBOUNCE_MS": "200", "LOG_LEVEL": "info",
                "RATE_SESSIONS": "1000000", "RATE_REQUESTS": "10000000", "CELL_URL_TEMPLATE": "/c/{cell}",
            ]
            try FileManager.default.createDirectory(
                at: folder.appending(path: "cell-\(number)"), withIntermediateDirectories: true)
            let cell = try await RunningSystem.start(options)
            cells.append(cell)
        }
        self.cells = cells
        self.ways = ways
        let ports = OpenPorts()
        open = ports
        front = try await Proxy { ports.next() }
        for number in 1...count { try await start(number) }
    }

    // MARK: Cells that come and go

    /// Starts a cell, or starts it again, and opens it to callers.
    func start(_ cell: Int) async throws {
        let system = cells[cell - 1]
        for service in ServiceName.allCases where system.process(service)?.isRunning != true {
            let own = service == .relay ? ["CELL_ADDRESS": system.url.absoluteString] : [:]
            try system.launch(service, instance: "1", environment: own)
        }
        try await system.ready()
        drain(cell, false)
        if let port = system.url.port { open.add(port) }
    }

    /// Stops a cell as a pod is stopped: it drains, gets no connections any more, and all processes get SIGTERM at once.
    func retire(_ cell: Int, drainingFor seconds: Double, _ end: RunEnd) async {
        drain(cell, true)
        await end.sleep(seconds)
        let system = cells[cell - 1]
        if let port = system.url.port { open.remove(port) }
        await withDiscardingTaskGroup { group in
            for service in ServiceName.allCases {
                group.addTask { await system.process(service)?.stop(within: .seconds(30)) }
            }
        }
    }

    private func journals(of cell: Int) -> URL { folder.appending(path: "cell-\(cell)/journal") }

    /// Asks a cell to drain, or not any more.
    func drain(_ cell: Int, _ isDraining: Bool) {
        let file = journals(of: cell).appending(path: "drain")
        if isDraining { try? Data().write(to: file) } else { try? FileManager.default.removeItem(at: file) }
    }

    /// Cuts a cell off from the database, or heals it.
    func cut(_ cell: Int, _ isCut: Bool) {
        ways[cell - 1].set(isCut ? .blackhole : .open)
    }

    /// A machine that is lost with its disks.
    func lose(_ cell: Int) async {
        for service in ServiceName.allCases { cells[cell - 1].process(service)?.signal(SIGKILL) }
        for service in ServiceName.allCases { _ = try? await cells[cell - 1].process(service)?.exitCode() }
        for name in ["journal", "s"] {
            try? FileManager.default.removeItem(at: folder.appending(path: "cell-\(cell)/\(name)"))
        }
    }

    func stop() async {
        for cell in cells.reversed() { await cell.stop() }
        await front.stop()
    }

    func stopDatabase() async {
        for way in ways { await way.stop() }
        await database.running?.stop(within: .seconds(10))
    }
}
