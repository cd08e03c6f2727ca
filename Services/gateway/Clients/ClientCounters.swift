import Metrics
import Synchronization

/// The figures of the clients' sockets.
final class ClientCounters: Sendable {
    enum Kind {
        case text, binary
    }

    private let connections = Gauge(label: "bat_ws_connections")
    private let count = Atomic(0)
    private let textIn = Counter(label: "bat_ws_messages_total", dimensions: [("type", "text"), ("dir", "in")])
    private let binaryIn = Counter(label: "bat_ws_messages_total", dimensions: [("type", "binary"), ("dir", "in")])
    private let textOut = Counter(label: "bat_ws_messages_total", dimensions: [("type", "text"), ("dir", "out")])
    private let binaryOut = Counter(label: "bat_ws_messages_total", dimensions: [("type", "binary"), ("dir", "out")])

    var open: Int { count.load(ordering: .relaxed) }

    func opened() {
        connections.record(count.add(1, ordering: .relaxed).newValue)
    }

    func closed() {
        connections.record(count.subtract(1, ordering: .relaxed).newValue)
    }

    func received(_ kind: Kind) {
        (kind == .text ? textIn : binaryIn).increment()
    }

    func sent(_ kind: Kind) {
        (kind == .text ? textOut : binaryOut).increment()
    }
}
