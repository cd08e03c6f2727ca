import NIOCore
import Synchronization

/// A place that a relay has given to a client whose WebSocket is not there yet.
///
/// The client may go away between the two; then nobody takes the place, and the relay is told so.
final class Attachment: Sendable {
    let session: Int
    private let link: NIOLoopBound<RelayLink>
    private let eventLoop: any EventLoop
    private let isTaken = Atomic(false)

    init(session: Int, link: NIOLoopBound<RelayLink>, eventLoop: any EventLoop) {
        self.session = session
        self.link = link
        self.eventLoop = eventLoop
    }

    /// The link, for the socket that takes the place. On the event loop.
    func take() -> RelayLink {
        isTaken.store(true, ordering: .relaxed)
        return link.value
    }

    deinit {
        guard !isTaken.load(ordering: .relaxed) else { return }
        let (link, session) = (link, session)
        eventLoop.execute { link.value.detach(session, code: nil) }
    }
}
