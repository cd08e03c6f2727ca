import NIOCore
import Synchronization
import WebSocket

/// The connection to the cell that runs a session, for a client whose WebSocket is not there yet.
///
/// The client may go away between the two; then nobody takes the connection, and it is closed.
final class Passage: Sendable {
    private let channel: any Channel
    private let end: NIOLoopBound<PassedEnd>
    private let isTaken = Atomic(false)

    init(channel: any Channel, end: NIOLoopBound<PassedEnd>) {
        self.channel = channel
        self.end = end
    }

    /// The client's end, joined to the owner's. On the event loop that both share.
    func take() -> PassedEnd {
        isTaken.store(true, ordering: .relaxed)
        let client = PassedEnd(ofClient: true)
        client.join(end.value)
        return client
    }

    deinit {
        if !isTaken.load(ordering: .relaxed) { channel.close(promise: nil) }
    }
}
