import NIOCore
import Synchronization

/// Whether the reader of a stream is still there. One that has closed its connection, or only its sending half, takes no
/// more events.
final class StreamReader: Sendable {
    private let isGone = Mutex(false)

    var hasLeft: Bool { isGone.withLock { $0 } }

    init(of channel: any Channel) {
        channel.closeFuture.whenComplete { _ in self.leave() }
        // Fails on a channel that is closed, whose reader has left as well.
        channel.eventLoop.execute {
            try? channel.pipeline.syncOperations.addHandler(InputWatch(self), position: .first)
        }
    }

    private func leave() {
        isGone.withLock { $0 = true }
    }

    private final class InputWatch: ChannelInboundHandler {
        typealias InboundIn = NIOAny

        private let reader: StreamReader

        init(_ reader: StreamReader) { self.reader = reader }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if event as? ChannelEvent == .inputClosed { reader.leave() }
            context.fireUserInboundEventTriggered(event)
        }
    }
}
