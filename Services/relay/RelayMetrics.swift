import Bootstrap
import Conversation
import Domain
import Metrics
import NIOCore

/// The metrics of a relay's work. No label names a session or trainee. All series exist from the start, so that the
/// first of something rare is an increase.
struct RelayMetrics: Sendable {
    private static let reconnects = "bat_relay_upstream_reconnects_total"
    private static let acks = "bat_events_acked_total"
    private static let unknown = "bat_unknown_interactions_total"
    private static let ackTime = "bat_event_ack_seconds"
    private static let answerTime = "bat_answer_seconds"
    private static let customerGaps = "bat_customer_audio_gap_seconds"
    private static let traineeGaps = "bat_trainee_audio_gap_seconds"
    private static let heldBack = "bat_clients_held_back"
    private static let queued = "bat_audio_queued_bytes"

    static func describe(in registry: PrometheusRegistry) {
        ModelMetrics.describe(in: registry)
        registry.describe("bat_sessions_active", "Sessions that live in this relay.")
        registry.describe("bat_sessions_limit", "Sessions that this relay may carry: MAX_SESSIONS.")
        registry.describe(reconnects, "Connections to OpenAI that were lost, or could not be made.")
        registry.describe(acks, "Client events that were acknowledged as durable.")
        registry.describe(unknown, "VR interactions with an object or action that the content files do not name.")
        registry.describe(ackTime, "From a client event's arrival to its acknowledgement.")
        registry.describe(
            answerTime, "From the end of the trainee's speech to the first audio of the answer.",
            buckets: [0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10, 15, 30])
        registry.describe(
            customerGaps, "Silence in the middle of the customer's speech, because audio came late.",
            buckets: [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10])
        registry.describe(
            traineeGaps, "Time between two pieces of the trainee's audio, where that is 0.2 to 1.5 s.",
            buckets: [0.25, 0.3, 0.4, 0.6, 0.8, 1, 1.5])
        registry.describe(heldBack, "Clients that may not send, because OpenAI takes their audio too slowly.")
        registry.describe(queued, "Bytes that wait to be sent, as they were at most five seconds ago.")
    }

    private let reconnects = Counter(label: Self.reconnects)
    private let unknown = Counter(label: Self.unknown)
    private let acks = Counter(label: Self.acks)
    private let ackTime = Metrics.Timer(label: Self.ackTime)
    private let answerTime = Metrics.Timer(label: Self.answerTime)
    private let customerGaps = Metrics.Timer(label: Self.customerGaps)
    private let traineeGaps = Metrics.Timer(label: Self.traineeGaps)
    private let heldBack = Meter(label: Self.heldBack)
    private let queuedUpstream = Meter(label: Self.queued, dimensions: [("to", "upstream")])
    private let queuedForGateways = Meter(label: Self.queued, dimensions: [("to", "gateways")])
    private let models: ModelMetrics
    private let model: String

    /// - Parameter model: the realtime model.
    init(model: String) {
        self.model = model
        models = ModelMetrics(of: .relay, model: model)
    }

    func count(_ figure: Effects.Figure) {
        switch figure {
        case .upstreamLost: reconnects.increment()
        case .unknownInteraction: unknown.increment()
        case .answered(let ms): answerTime.recordMilliseconds(ms)
        case .customerGap(let ms): customerGaps.recordMilliseconds(ms)
        case .traineeGap(let ms): traineeGaps.recordMilliseconds(ms)
        case .tokens(let input, let output, let cost):
            models.answered(model: model, input: input, output: output, cost: cost)
        }
    }

    func acknowledged(_ arrivals: [NIODeadline]) {
        acks.increment(by: arrivals.count)
        for arrival in arrivals { ackTime.recordNanoseconds((NIODeadline.now() - arrival).nanoseconds) }
    }

    func clientIsHeldBack(_ isHeldBack: Bool) {
        if isHeldBack { heldBack.increment() } else { heldBack.decrement() }
    }

    /// In bytes.
    func queued(upstream: Int, forGateways: Int) {
        queuedUpstream.set(upstream)
        queuedForGateways.set(forGateways)
    }
}
