import NIOCore

/// Flushes what was written in one turn of the event loop, at its end: everything that was read in it goes out together, and
/// one task serves all connections.
final class FlushRound {
    private let loop: any EventLoop
    private var waiting: [RealtimeHandler] = []
    private var isDue = false

    init(loop: any EventLoop) {
        self.loop = loop
    }

    /// - Parameter connection: once a round.
    func add(_ connection: RealtimeHandler) {
        waiting.append(connection)
        guard !isDue else { return }
        isDue = true
        loop.assumeIsolated().execute {
            self.isDue = false
            let connections = self.waiting
            self.waiting.removeAll(keepingCapacity: true)
            for connection in connections { connection.flush() }
        }
    }
}
