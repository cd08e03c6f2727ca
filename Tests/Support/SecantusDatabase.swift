import Foundation

/// A MongoDB-compatible server for a test run, in its own process, with its data in a temporary folder.
///
/// `deploy/setup` installs it. Set `TEST_MONGODB_URI` (without a database name) to test against a real MongoDB.
public actor SecantusDatabase {
    public static let shared = SecantusDatabase()

    public struct NotInstalled: Error, CustomStringConvertible {
        public let description = "no database to test with: run deploy/setup"
    }

    private var server: String?
    private var process: ProcessUnderTest?
    private var starting: Task<String, any Error>?

    /// Beside the shared one, a test that stops or kills its database makes its own.
    public init() {}

    /// The URI of a database of its own for each caller, `mongodb://127.0.0.1:<port>/<unique>`. Starts the server at the
    /// first call.
    public func uri() async throws -> String {
        "\(try await base())/test_\(UInt64.random(in: .min ... .max))"
    }

    /// The server's process; nil before the first `uri()`, and with `TEST_MONGODB_URI`.
    public var running: ProcessUnderTest? { process }

    public func stop() async {
        await process?.stop()
        process = nil
        starting = nil
    }

    private func base() async throws -> String {
        if let given = ProcessInfo.processInfo.environment["TEST_MONGODB_URI"], !given.isEmpty { return given }
        // Owned by this actor and awaited by every caller; ends by itself.
        let task = starting ?? Task { try await start() }
        starting = task
        return try await task.value
    }

    private func start() async throws -> String {
        let program = TestFolders.package.appending(path: ".build-venv/bin/secantusd-py")
        guard FileManager.default.fileExists(atPath: program.path) else { throw NotInstalled() }
        let folder = try TestFolders.temporary("bat-db")
        let port = try FreePort.next()
        let process = try ProcessUnderTest(
            "secantusd-py", executable: program,
            arguments: [
                "--host", "127.0.0.1", "--port", "\(port)", "--standalone", "--storage-path", folder.path + "/data",
                "--cache-size", "128M", "--log-level", "WARNING",
            ], folder: folder, log: folder.appending(path: "log"))
        self.process = process
        try await eventually("the database listens", within: .seconds(30)) {
            guard process.isRunning else { throw NeverHappened(description: "database ended: \(process.output)") }
            return LoopbackSocket.isAnswered(port: port)
        }
        return "mongodb://127.0.0.1:\(port)"
    }
}
