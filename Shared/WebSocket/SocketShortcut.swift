import Foundation
import NIOCore
import NIOSSL

/// Sends bytes on a channel's socket without the way through its pipeline and its queue of pending writes, which cost as much
/// as our own work on a frame does.
///
/// Only for a channel without TLS, on its event loop, and only while the channel holds no bytes itself: what the socket does
/// not take has to go through the channel, and everything behind it as well, until the channel has sent it.
struct SocketShortcut {
    private let channel: any Channel
    private let descriptor: CInt

    /// Nil for a channel whose bytes are changed on their way, and for one without a socket.
    init?(_ context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        guard (try? pipeline.context(handlerType: NIOSSLHandler.self)) == nil,
            let descriptor = try? pipeline.withUnsafeTransportIfAvailable({ (socket: NIOBSDSocket.Handle) in socket })
        else { return nil }
        channel = context.channel
        self.descriptor = descriptor
    }

    /// Sends as much as the socket takes.
    ///
    /// - Returns: how many bytes that was; 0 as well when there is an error, which the channel finds out by itself.
    func send(_ bytes: UnsafeRawBufferPointer) -> Int {
        // A closed channel's descriptor may be somebody else's by now. Closing and this happen on one thread.
        guard channel.isActive else { return 0 }
        return max(
            0, Foundation.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)))
    }
}
