import Domain
import Synchronization

/// A client's buffer of the events that it has sent, from which it uploads the unacknowledged ones at the end.
final class EventBuffer: Sendable {
    private struct State {
        var all: [ClientEvent] = []
        /// Ids of events sent over REST and not confirmed.
        var open: Set<String> = []
    }

    private let state = Mutex(State())

    var all: [ClientEvent] { state.withLock { $0.all } }

    /// Events sent over REST and not confirmed.
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
