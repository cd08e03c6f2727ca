import Foundation

/// Memory and processor time of a process at one moment.
struct ProcessSample: Codable, Hashable, Sendable {
    var process: String
    var pid: Int32
    /// Seconds since the run began.
    var at: Double
    var residentKB: Double
    /// User and system time since its start.
    var cpuSeconds: Double
    /// Calls that had finished by then.
    var finishedCalls: Int
}

extension ProcessSample {
    private static let pageKB = 4.0
    /// `USER_HZ`, which is constant in Linux's userspace ABI.
    private static let ticksPerSecond = 100.0

    /// Reads `/proc`; nil if the process is gone.
    init?(_ process: String, pid: Int32, at: Double, finishedCalls: Int) {
        guard let memory = try? String(contentsOfFile: "/proc/\(pid)/statm", encoding: .utf8),
            let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        else { return nil }
        let pages = memory.split(separator: " ").dropFirst().first.flatMap { Double($0) }
        // The name may contain spaces; the fields after it start with field 3.
        let fields = status.split(separator: ")").last?.split(separator: " ") ?? []
        guard let pages, fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
            return nil
        }
        self.init(
            process: process, pid: pid, at: at, residentKB: pages * Self.pageKB,
            cpuSeconds: (user + system) / Self.ticksPerSecond, finishedCalls: finishedCalls)
    }
}
