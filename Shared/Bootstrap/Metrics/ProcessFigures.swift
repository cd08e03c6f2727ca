import Foundation

/// What the operating system knows about this process, under the names that Prometheus clients agree on.
enum ProcessFigures {
    static let started = Date().timeIntervalSince1970

    static func text() -> String {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime)
        // statm: total, resident, … in pages (proc(5)).
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?
            .split(separator: " ").dropFirst().first.flatMap { Int($0) }
        let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        var text = metric("process_cpu_seconds_total", "counter", cpu)
        text += metric("process_start_time_seconds", "gauge", started.rounded())
        if let pages {
            text += metric("process_resident_memory_bytes", "gauge", Double(pages * sysconf(Int32(_SC_PAGESIZE))))
        }
        if let files { text += metric("process_open_fds", "gauge", Double(files)) }
        return text
    }

    private static func metric(_ name: String, _ kind: String, _ value: Double) -> String {
        "# TYPE \(name) \(kind)\n\(name) \(PrometheusText.number(value))\n"
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1e6
    }
}
