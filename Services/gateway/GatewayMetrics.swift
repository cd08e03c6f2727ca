import Bootstrap
import Metrics

/// Metrics of the clients' requests and sockets. A route is a label, a session or trainee is not.
struct GatewayMetrics: Sendable {
    enum Kind {
        case text, binary
    }

    private static let requests = "bat_http_requests_total"
    private static let requestTime = "bat_http_request_seconds"
    private static let sockets = "bat_ws_connections"
    static let queued = "bat_audio_queued_bytes"
    private static let messages = "bat_ws_messages_total"

    static func describe(in registry: PrometheusRegistry) {
        registry.describe(requests, "HTTP requests that were answered.")
        registry.describe(requestTime, "From a request's arrival to its answer.")
        registry.describe(sockets, "WebSocket connections of clients.")
        registry.describe(messages, "WebSocket messages from and to clients.")
        registry.describe(queued, "Bytes that wait to be sent, as they were at most five seconds ago.")
        registry.describe(NeighbourMetrics.alive, "Whether a process of this machine has answered with its metrics.")
        registry.describe(AuditLog.lost, "Audit entries that could not be stored.")
    }

    private let sockets = Meter(label: Self.sockets)
    /// Exists before the first relay does.
    private let queued = Meter(label: Self.queued, dimensions: [("to", "clients")])
    private let textIn = Counter(label: Self.messages, dimensions: [("type", "text"), ("dir", "in")])
    private let binaryIn = Counter(label: Self.messages, dimensions: [("type", "binary"), ("dir", "in")])
    private let textOut = Counter(label: Self.messages, dimensions: [("type", "text"), ("dir", "out")])
    private let binaryOut = Counter(label: Self.messages, dimensions: [("type", "binary"), ("dir", "out")])

    func answered(method: String, route: String, status: Int, after duration: Duration) {
        Counter(
            label: Self.requests, dimensions: [("method", method), ("route", route), ("status", String(status))]
        ).increment()
        Metrics.Timer(label: Self.requestTime, dimensions: [("route", route)]).record(duration: duration)
    }

    func opened() { sockets.increment() }

    func closed() { sockets.decrement() }

    func received(_ kind: Kind) { (kind == .text ? textIn : binaryIn).increment() }

    func sent(_ kind: Kind) { (kind == .text ? textOut : binaryOut).increment() }
}
