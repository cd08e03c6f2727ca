import Bootstrap
import Domain
import Foundation
import Metrics
import OpenAI

/// Metrics of this scorer's work.
struct ScoringMetrics: Sendable {
    private static let duration = "bat_scoring_seconds"
    private static let wait = "bat_end_to_score_seconds"
    /// Seconds; scores that were asked for later say nothing more.
    private static let longestWait: TimeInterval = 86_400
    private static let failures = "bat_jobs_failed_total"

    static func describe(in registry: PrometheusRegistry) {
        registry.describe(
            duration, "From the lease of a job to its stored score.", buckets: [1, 2.5, 5, 10, 20, 40, 60, 120])
        registry.describe(
            wait, "From the end of a call to its first stored score.",
            buckets: [2.5, 5, 10, 15, 20, 30, 45, 60, 90, 120, 300, 900, 3_600])
        registry.describe(failures, "Jobs that were given up for good.")
        ModelMetrics.describe(in: registry)
    }

    private let duration = Metrics.Timer(label: Self.duration)
    private let wait = Metrics.Timer(label: Self.wait)
    private let failures = Counter(label: Self.failures, dimensions: [("kind", "scoring")])
    private let models: ModelMetrics

    init(model: String? = nil, prices: ModelMetrics.Prices? = nil) {
        models = ModelMetrics(of: .scoring, model: model, prices: prices)
    }

    /// - Parameter sinceEnd: seconds since the end of the call, for its first score.
    func scored(after duration: Duration, sinceEnd: TimeInterval?) {
        self.duration.record(duration: duration)
        if let sinceEnd { wait.recordMilliseconds(Int64(max(0, min(sinceEnd, Self.longestWait)) * 1_000)) }
    }

    func gaveUp() { failures.increment() }

    func answered(_ model: String, _ answer: ModelAnswer) {
        models.answered(model: model, input: answer.inputTokens, output: answer.outputTokens)
    }

    func failed(_ error: OpenAIError) { models.failed(error.metricStatus) }
}
