import Foundation
import TestSupport

/// Counts the system calls of processes by name with strace. It slows them down, so use it for counts, not for timing.
struct SystemCalls {
    private let tracer: ProcessUnderTest
    private let table: URL

    /// - Parameter pids: processes; all of their threads are traced.
    static func count(of pids: [Int32], folder: URL) async throws -> SystemCalls {
        let program = URL(filePath: "/usr/bin/strace")
        guard FileManager.default.isExecutableFile(atPath: program.path) else {
            throw Baselines.Missing(description: "strace is not installed: run deploy/bench")
        }
        let table = folder.appending(path: "calls.txt")
        let tracer = try ProcessUnderTest(
            "strace", executable: program,
            arguments: ["-f", "-c", "-U", "calls,name", "-o", table.path]
                + pids.flatMap { ["-p", "\($0)"] }, folder: folder, log: folder.appending(path: "strace.log"))
        try await eventually("strace has attached", within: .seconds(10)) {
            guard tracer.isRunning else { throw SocketError(description: "strace: \(tracer.output)") }
            return tracer.output.components(separatedBy: "attached").count > pids.count
        }
        return SystemCalls(tracer: tracer, table: table)
    }

    /// Stops counting and returns the calls by name.
    func stop() async throws -> [String: Int] {
        tracer.signal(SIGINT)
        _ = try await tracer.exitCode(within: .seconds(10))
        return Self.read(try String(contentsOf: table, encoding: .utf8))
    }

    /// Parses strace's table with the columns `calls` and `name`.
    static func read(_ table: String) -> [String: Int] {
        var counts: [String: Int] = [:]
        for line in table.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count == 2, let count = Int(fields[0]), fields[1] != "total" else { continue }
            counts[String(fields[1]), default: 0] += count
        }
        return counts
    }
}
