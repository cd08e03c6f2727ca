import Bootstrap
import Conversation
import Metrics
import NIOCore

/// The metrics of a relay's work. No label names a session or trainee.
struct RelayMetrics: Sendable {
    private static let reconnects = "bat_relay_upstream_reconnects_total"
    private static let acks = "bat_events_acked_total"
    private static let unknown = "bat_unknown_interactions_total"
    private static let ackTime = "bat_event_ack_seconds"

    static func describe(in registry: PrometheusRegistry) {
        registry.describe("bat_sessions_active", "Sessions that live in this relay.")
        registry.describe(reconnects, "Connections to OpenAI that were lost or did not come about.")
        registry.describe(acks, "Client events that were acknowledged as durable.")
        registry.describe(unknown, "VR interactions with an object or action that the content files do not name.")
        registry.describe(ackTime, "From a client event's arrival to its acknowledgement.")
    }

    private let reconnects = Counter(label: Self.reconnects)
    private let unknown = Counter(label: Self.unknown)
    private let acks = Counter(label: Self.acks)
    private let ackTime = Metrics.Timer(label: Self.ackTime)

    func count(_ figure: Effects.Figure) {
        switch figure {
        case .upstreamLost: reconnects.increment()
        case .unknownInteraction: unknown.increment()
        }
    }

    func acknowledged(_ arrivals: [NIODeadline]) {
        acks.increment(by: arrivals.count)
        for arrival in arrivals { ackTime.recordNanoseconds((NIODeadline.now() - arrival).nanoseconds) }
    }
}
