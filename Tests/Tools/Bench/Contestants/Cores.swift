import Foundation
import TestSupport

/// Which process runs on which processor.
enum Cores {
    /// Binds a process, its threads and its children to one processor.
    static func pin(_ pid: Int32, to core: Int) throws {
        for pid in [pid] + children(of: pid) {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/taskset")
            process.arguments = ["-acp", "\(core)", "\(pid)"]
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else { throw SocketError(description: "taskset failed for \(pid)") }
        }
    }

    static func children(of pid: Int32) -> [Int32] {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
        return threads.flatMap { thread in
            let text = (try? String(contentsOfFile: "/proc/\(pid)/task/\(thread)/children", encoding: .utf8)) ?? ""
            return text.split(separator: " ").compactMap { Int32($0) }
        }
    }

    /// Keeps every processor from going idle, at the lowest priority. Waking a sleeping processor costs more than a
    /// frame does, and how much depends on the machine, not on the contestant.
    static func keepAwake(folder: URL) throws -> [ProcessUnderTest] {
        try (0..<ProcessInfo.processInfo.activeProcessorCount).map { core in
            try ProcessUnderTest(
                "spin \(core)", executable: URL(filePath: "/usr/bin/taskset"),
                arguments: ["-c", "\(core)", "/usr/bin/chrt", "--idle", "0", Bench.executable, "spin"], folder: folder,
                log: folder.appending(path: "spin-\(core).log"))
        }
    }
}
