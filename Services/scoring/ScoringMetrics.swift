import Bootstrap
import Metrics
import OpenAI

/// Metrics of this scorer's work.
struct ScoringMetrics: Sendable {
    private static let duration = "bat_scoring_seconds"
    private static let failures = "bat_jobs_failed_total"
    private static let errors = "bat_openai_errors_total"

    static func describe(in registry: PrometheusRegistry) {
        registry.describe(
            duration, "From the lease of a job to its stored score.", buckets: [1, 2.5, 5, 10, 20, 40, 60, 120])
        registry.describe(failures, "Jobs that were given up for good.")
        registry.describe(errors, "Calls of the model API that failed, retried ones included.")
    }

    private let duration = Metrics.Timer(label: Self.duration)

    func scored(after duration: Duration) { self.duration.record(duration: duration) }

    func gaveUp() { Counter(label: Self.failures, dimensions: [("kind", "scoring")]).increment() }

    func failed(_ error: OpenAIError) {
        Counter(label: Self.errors, dimensions: [("status", error.metricStatus)]).increment()
    }
}
