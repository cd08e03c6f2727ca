import Foundation
import TestSupport

/// A database that a test kills, stops and starts again at the same address, with the same data.
actor RestartableDatabase {
    let uri: String
    private let folder: URL
    private let port: Int
    private var process: ProcessUnderTest?

    /// - Parameter options: of the URI, `socketTimeoutMS=500&…`.
    init(options: String = "") throws {
        folder = try TestFolders.temporary("bat-db")
        port = try FreePort.next()
        uri = "mongodb://127.0.0.1:\(port)/test?\(options)"
    }

    func start() async throws {
        let program = TestFolders.package.appending(path: ".build-venv/bin/secantusd-py")
        guard FileManager.default.fileExists(atPath: program.path) else {
            throw NeverHappened(description: "no database to test with: run deploy/setup")
        }
        let process = try ProcessUnderTest(
            "secantusd-py", executable: program,
            arguments: [
                "--host", "127.0.0.1", "--port", "\(port)", "--standalone", "--storage-path", folder.path + "/data",
                "--cache-size", "128M", "--log-level", "WARNING",
            ], folder: folder, log: folder.appending(path: "log"))
        self.process = process
        try await eventually("the database listens", within: .seconds(60)) { @Sendable [port] in
            guard process.isRunning else { throw NeverHappened(description: "database ended: \(process.output)") }
            return LoopbackSocket.isAnswered(port: port)
        }
    }

    /// Makes it hang: it keeps its connections and answers nothing.
    func suspend() async throws {
        guard let process else { return }
        process.signal(SIGSTOP)
        let status = "/proc/\(process.pid)/stat"
        try await eventually("the database hangs") { @Sendable in
            // The state follows the name, which stands in brackets.
            try String(contentsOfFile: status, encoding: .utf8).split(separator: ")").last?.hasPrefix(" T") == true
        }
    }

    func resume() {
        process?.signal(SIGCONT)
    }

    func kill() async throws {
        process?.signal(SIGKILL)
        try await process?.exitCode()
        process = nil
    }
}
