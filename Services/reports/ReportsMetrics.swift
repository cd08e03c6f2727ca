import Bootstrap
import Metrics

/// Metrics of this process's jobs.
struct ReportsMetrics: Sendable {
    enum Job: String {
        case files, export, withdrawal
    }

    private static let renderTime = "bat_report_render_seconds"
    private static let undeleted = "bat_recordings_not_deleted_total"
    private static let failures = "bat_jobs_failed_total"

    static func describe(in registry: PrometheusRegistry) {
        registry.describe(renderTime, "Drawing and writing one report card.")
        registry.describe(
            undeleted, "Sound files that could not be deleted when they were due, counted again every hour.")
        registry.describe(failures, "Jobs that were given up, by kind.")
    }

    private let renderTime = Metrics.Timer(label: Self.renderTime)
    private let undeleted = Counter(label: Self.undeleted)
    private let failedFiles = Counter(label: Self.failures, dimensions: [("kind", Job.files.rawValue)])
    private let failedExports = Counter(label: Self.failures, dimensions: [("kind", Job.export.rawValue)])
    private let failedWithdrawals = Counter(label: Self.failures, dimensions: [("kind", Job.withdrawal.rawValue)])

    func rendered(in duration: Duration) { renderTime.record(duration: duration) }

    func keptTooLong(_ files: Int) { undeleted.increment(by: files) }

    func gaveUp(_ job: Job) {
        switch job {
        case .files: failedFiles.increment()
        case .export: failedExports.increment()
        case .withdrawal: failedWithdrawals.increment()
        }
    }
}
