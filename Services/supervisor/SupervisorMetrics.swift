import Bootstrap
import Metrics
import OpenAI
import Synchronization

/// Metrics of this worker's load.
final class SupervisorMetrics: Sendable {
    private let depth = Mutex(0)
    private let queue: Gauge
    private let duration: Metrics.Timer

    init(_ registry: PrometheusRegistry) {
        registry.describe("bat_supervisor_queue_depth", "Evaluations that are under way.")
        registry.describe("bat_supervisor_eval_seconds", "From the question to the checked verdict.")
        registry.describe("bat_openai_errors_total", "Calls of the model API that failed, retried ones included.")
        queue = Gauge(label: "bat_supervisor_queue_depth", factory: registry)
        duration = Metrics.Timer(label: "bat_supervisor_eval_seconds", factory: registry)
        queue.record(0)
        self.registry = registry
    }

    private let registry: PrometheusRegistry

    func evaluationBegan() { change(by: 1) }

    func evaluationEnded(after duration: Duration) {
        change(by: -1)
        self.duration.record(duration: duration)
    }

    func failed(_ error: OpenAIError) {
        Counter(label: "bat_openai_errors_total", dimensions: [("status", error.metricStatus)], factory: registry)
            .increment()
    }

    private func change(by amount: Int) {
        depth.withLock {
            $0 += amount
            queue.record($0)
        }
    }
}
