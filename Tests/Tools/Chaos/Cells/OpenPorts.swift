import Synchronization

/// The servers behind an address, which get its connections in turn.
final class OpenPorts: Sendable {
    private let state = Mutex((ports: [Int](), turn: 0))

    func add(_ port: Int) { state.withLock { $0.ports.append(port) } }

    func remove(_ port: Int) { state.withLock { $0.ports.removeAll { $0 == port } } }

    /// The next one, whether it lives or not; 0, which nobody listens to, if there is none.
    func next() -> Int {
        state.withLock { state in
            guard !state.ports.isEmpty else { return 0 }
            state.turn = (state.turn + 1) % state.ports.count
            return state.ports[state.turn]
        }
    }
}
