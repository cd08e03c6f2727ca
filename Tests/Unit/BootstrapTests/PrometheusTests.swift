import Bootstrap
import Metrics
import Testing

@Suite struct PrometheusTests {
    private let registry = PrometheusRegistry()

    private func lines(_ prefix: String) -> [String] {
        registry.text().split(separator: "\n").map(String.init).filter { $0.hasPrefix(prefix) }
    }

    @Test func `counters with the same name and labels add up, and labels are escaped`() {
        for _ in 0..<2 {
            Counter(label: "bat_jobs_failed_total", dimensions: [("kind", "a\"\n\\")], factory: registry).increment(
                by: 2)
        }
        #expect(lines("bat_jobs") == [#"bat_jobs_failed_total{kind="a\"\n\\"} 4"#])
        #expect(registry.text().contains("# TYPE bat_jobs_failed_total counter\n"))
    }

    @Test func `a timer is a histogram in seconds with the buckets of its description`() {
        registry.describe("bat_event_ack_seconds", "Event to ack", buckets: [0.25, 0.5])
        let timer = Timer(label: "bat_event_ack_seconds", dimensions: [], factory: registry)
        for milliseconds in [125, 250, 500, 1000] { timer.recordMilliseconds(milliseconds) }
        #expect(
            lines("bat_event") == [
                #"bat_event_ack_seconds_bucket{le="0.25"} 2"#, #"bat_event_ack_seconds_bucket{le="0.5"} 3"#,
                #"bat_event_ack_seconds_bucket{le="+Inf"} 4"#, "bat_event_ack_seconds_sum 1.875",
                "bat_event_ack_seconds_count 4",
            ])
        #expect(registry.text().contains("# HELP bat_event_ack_seconds Event to ack\n"))
    }

    @Test func `a gauge shows its last value`() {
        let gauge = Meter(label: "bat_sessions_active", dimensions: [], factory: registry)
        gauge.set(7)
        gauge.decrement(by: 2)
        #expect(lines("bat_sessions") == ["bat_sessions_active 5"])
    }

    @Test func `one name used for two kinds neither traps nor corrupts the page`() {
        Counter(label: "bat_x", dimensions: [("a", "1")], factory: registry).increment()
        Meter(label: "bat_x", dimensions: [("a", "1")], factory: registry).set(3)
        #expect(lines("bat_x") == [#"bat_x{a="1"} 1"#])
    }

    @Test func `the process's own metrics are exported`() {
        for name in ["process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds"] {
            #expect(lines(name + " ").count == 1)
        }
    }
}
