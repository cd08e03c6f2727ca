import Bootstrap
import Domain
import Metrics
import OpenAI

/// Metrics of this worker's load.
struct SupervisorMetrics: Sendable {
    private static let queue = "bat_supervisor_queue_depth"
    private static let duration = "bat_supervisor_eval_seconds"

    static func describe(in registry: PrometheusRegistry) {
        registry.describe(queue, "Evaluations that are under way.")
        registry.describe(duration, "From the question to the checked verdict.")
        ModelMetrics.describe(in: registry)
    }

    private let queue = Meter(label: Self.queue)
    private let duration = Metrics.Timer(label: Self.duration)
    private let models: ModelMetrics

    init(model: String? = nil, prices: ModelMetrics.Prices? = nil) {
        models = ModelMetrics(of: .supervisor, model: model, prices: prices)
    }

    func evaluationBegan() { queue.increment() }

    func evaluationEnded(after duration: Duration) {
        queue.decrement()
        self.duration.record(duration: duration)
    }

    func answered(_ model: String, _ answer: ModelAnswer) {
        models.answered(model: model, input: answer.inputTokens, output: answer.outputTokens)
    }

    func failed(_ error: OpenAIError) { models.failed(error.metricStatus) }
}
