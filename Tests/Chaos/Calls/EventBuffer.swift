import Domain
import Synchronization

/// A client's own buffer of the events that it has told of, from which it hands in at the end what was not acknowledged.
final class EventBuffer: Sendable {
    private struct State {
        var all: [ClientEvent] = []
        /// Sent over REST and not answered for.
        var open: Set<String> = []
    }

    private let state = Mutex(State())

    var all: [ClientEvent] { state.withLock { $0.all } }

    /// Those that went over REST and were not answered for.
    var open: [ClientEvent] {
        state.withLock { state in state.all.filter { $0.eventId.map(state.open.contains) ?? false } }
    }

    func add(_ event: ClientEvent, isOpen: Bool) {
        state.withLock { state in
            state.all.append(event)
            if isOpen, let id = event.eventId { state.open.insert(id) }
        }
    }

    func settle(_ id: String) { _ = state.withLock { $0.open.remove(id) } }
}
