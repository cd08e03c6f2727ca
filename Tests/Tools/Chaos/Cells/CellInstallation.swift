import Domain
import Foundation
import TestSupport

/// Two cells, each with folders of its own and a way of its own to the database that they share, behind one address.
final class CellInstallation: Sendable {
    let folder: URL
    let database: RestartableDatabase
    let cells: [RunningSystem]
    /// Between each cell and the database.
    let ways: [Proxy]
    /// Gives each connection to the next gateway.
    let front: Proxy

    /// Short, so that a cell's death and what follows fit into a run, in seconds.
    static let resume = 20

    init(_ binaries: URL, in folder: URL) async throws {
        self.folder = folder
        for name in ["database", "calls"] {
            try FileManager.default.createDirectory(
                at: folder.appending(path: name), withIntermediateDirectories: true)
        }
        database = try RestartableDatabase(folder: folder.appending(path: "database"))
        try await database.start()
        var cells: [RunningSystem] = []
        var ways: [Proxy] = []
        for number in 1...2 {
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
                "RATE_SESSIONS": "1000000", "RATE_REQUESTS": "10000000",
            ]
            try FileManager.default.createDirectory(
                at: folder.appending(path: "cell-\(number)"), withIntermediateDirectories: true)
            let cell = try await RunningSystem.start(options)
            try cell.launch(.relay, instance: "1", environment: ["CELL_ADDRESS": cell.url.absoluteString])
            try cell.launch(.gateway, instance: "1")
            try await cell.ready()
            cells.append(cell)
        }
        self.cells = cells
        self.ways = ways
        front = try await Proxy(inTurnTo: cells.compactMap(\.url.port))
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
