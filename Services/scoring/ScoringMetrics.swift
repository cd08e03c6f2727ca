import Bootstrap
import Metrics
import OpenAI

/// Metrics of this scorer's work.
struct ScoringMetrics: Sendable {
    private let registry: PrometheusRegistry
    private let duration: Metrics.Timer

    init(_ registry: PrometheusRegistry) {
        registry.describe(
            "bat_scoring_seconds", "From the lease of a job to its stored score.",
            buckets: [1, 2.5, 5, 10, 20, 40, 60, 120])
        registry.describe("bat_jobs_failed_total", "Jobs that were given up for good.")
        registry.describe("bat_openai_errors_total", "Calls of the model API that failed, retried ones included.")
        duration = Metrics.Timer(label: "bat_scoring_seconds", factory: registry)
        self.registry = registry
    }

    func scored(after duration: Duration) { self.duration.record(duration: duration) }

    func gaveUp() {
        Counter(label: "bat_jobs_failed_total", dimensions: [("kind", "scoring")], factory: registry).increment()
    }

    func failed(_ error: OpenAIError) {
        Counter(label: "bat_openai_errors_total", dimensions: [("status", error.metricStatus)], factory: registry)
            .increment()
    }
}
