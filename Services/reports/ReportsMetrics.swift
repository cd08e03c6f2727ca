import Bootstrap
import Metrics

/// Metrics of this process's jobs.
struct ReportsMetrics: Sendable {
    enum Job: String {
        case files, export
    }

    private static let renderTime = "bat_report_render_seconds"
    private static let failures = "bat_jobs_failed_total"

    static func describe(in registry: PrometheusRegistry) {
        registry.describe(renderTime, "Drawing and writing one report card.")
        registry.describe(failures, "Jobs that were given up, by kind.")
    }

    private let renderTime = Metrics.Timer(label: Self.renderTime)

    func rendered(in duration: Duration) { renderTime.record(duration: duration) }

    func gaveUp(_ job: Job) {
        Counter(label: Self.failures, dimensions: [("kind", job.rawValue)]).increment()
    }
}
