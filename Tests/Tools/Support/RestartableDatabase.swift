public import Foundation

/// A database that a test kills, suspends and restarts at the same address with the same data.
public actor RestartableDatabase {
    public nonisolated let uri: String
    public nonisolated let port: Int
    private let folder: URL
    private var process: ProcessUnderTest?

    /// - Parameters:
    ///   - options: options of the URI, `socketTimeoutMS=500&…`.
    ///   - folder: folder for its data and its log; nil for a temporary one.
    public init(options: String = "", folder: URL? = nil) throws {
        self.folder = try folder ?? TestFolders.temporary("bat-db")
        port = try FreePort.next()
        uri = "mongodb://127.0.0.1:\(port)/test?\(options)"
    }

    public var running: ProcessUnderTest? { process }

    public func start() async throws {
        let program = TestFolders.package.appending(path: ".build-venv/bin/secantusd-py")
        guard FileManager.default.fileExists(atPath: program.path) else {
            throw NeverHappened(description: "no database to test with: run deploy/setup")
        }
        let process = try ProcessUnderTest(
            "secantusd-py", executable: program,
            arguments: [
                "--host", "127.0.0.1", "--port", "\(port)", "--standalone", "--storage-path", folder.path + "/data",
                "--log-level", "WARNING",
            ], folder: folder, log: folder.appending(path: "log"))
        self.process = process
        try await eventually("the database listens", within: .seconds(60)) { @Sendable [port] in
            guard process.isRunning else { throw NeverHappened(description: "database ended: \(process.output)") }
            return LoopbackSocket.isAnswered(port: port)
        }
    }

    /// Makes it hang: it keeps its connections but does not answer.
    public func suspend() async throws {
        guard let process else { return }
        process.signal(SIGSTOP)
        let status = "/proc/\(process.pid)/stat"
        try await eventually("the database hangs") { @Sendable in
            // The state follows the name, which is in parentheses.
            try String(contentsOfFile: status, encoding: .utf8).split(separator: ")").last?.hasPrefix(" T") == true
        }
    }

    public func resume() {
        process?.signal(SIGCONT)
    }

    public func kill() async throws {
        process?.signal(SIGKILL)
        try await process?.exitCode()
        process = nil
    }
}
