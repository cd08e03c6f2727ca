import Bootstrap
import Metrics
import OpenAI

/// Metrics of this worker's load.
struct SupervisorMetrics: Sendable {
    private static let queue = "bat_supervisor_queue_depth"
    private static let duration = "bat_supervisor_eval_seconds"
    private static let errors = "bat_openai_errors_total"

    static func describe(in registry: PrometheusRegistry) {
        registry.describe(queue, "Evaluations that are under way.")
        registry.describe(duration, "From the question to the checked verdict.")
        registry.describe(errors, "Calls of the model API that failed, retried ones included.")
    }

    private let queue = Meter(label: Self.queue)
    private let duration = Metrics.Timer(label: Self.duration)

    func evaluationBegan() { queue.increment() }

    func evaluationEnded(after duration: Duration) {
        queue.decrement()
        self.duration.record(duration: duration)
    }

    func failed(_ error: OpenAIError) {
        Counter(label: Self.errors, dimensions: [("status", error.metricStatus)]).increment()
    }
}
