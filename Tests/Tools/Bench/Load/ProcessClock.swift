import Foundation

/// What a process has used so far, according to the kernel.
struct ProcessClock: Codable {
    /// Time on a processor, in nanoseconds, all threads together.
    var busy = 0
    var voluntarySwitches = 0
    var involuntarySwitches = 0

    /// - Parameter pid: a process with long-lived threads; threads that have ended are not counted.
    init(pid: Int32) {
        for thread in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? [] {
            let folder = "/proc/\(pid)/task/\(thread)"
            let schedule = (try? String(contentsOfFile: "\(folder)/schedstat", encoding: .utf8)) ?? ""
            busy += schedule.split(separator: " ").first.flatMap { Int($0) } ?? 0
            let status = (try? String(contentsOfFile: "\(folder)/status", encoding: .utf8)) ?? ""
            for line in status.split(separator: "\n") {
                let number = line.split(separator: "\t").last.flatMap { Int($0) } ?? 0
                if line.hasPrefix("voluntary_ctxt") { voluntarySwitches += number }
                if line.hasPrefix("nonvoluntary_ctxt") { involuntarySwitches += number }
            }
        }
    }

    static func - (later: Self, earlier: Self) -> Self {
        var difference = later
        difference.busy -= earlier.busy
        difference.voluntarySwitches -= earlier.voluntarySwitches
        difference.involuntarySwitches -= earlier.involuntarySwitches
        return difference
    }

    /// Memory of a process in kB: resident set size and proportional set size.
    static func memory(pid: Int32) -> (resident: Int, proportional: Int) {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/smaps_rollup", encoding: .utf8)) ?? ""
        func value(_ name: String) -> Int {
            text.split(separator: "\n").first { $0.hasPrefix(name) }
                .flatMap { $0.split(separator: " ").dropLast().last }.flatMap { Int($0) } ?? 0
        }
        return (value("Rss:"), value("Pss:"))
    }
}
