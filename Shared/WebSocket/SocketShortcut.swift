import Foundation
import NIOCore
import NIOSSL

/// Sends bytes directly on a channel's socket. This bypasses the channel's pipeline and its queue of pending writes,
/// which cost as much as our own work on a frame.
///
/// Only for a channel without TLS, on its event loop, and only while the channel itself has no bytes to send: bytes
/// that the socket does not accept must go through the channel, and so must all later bytes until the channel has sent
/// them.
struct SocketShortcut {
    private let channel: any Channel
    private let descriptor: CInt

    /// Nil for a channel with TLS, and for one without a socket.
    init?(_ context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        guard (try? pipeline.context(handlerType: NIOSSLHandler.self)) == nil,
            let descriptor = try? pipeline.withUnsafeTransportIfAvailable({ (socket: NIOBSDSocket.Handle) in socket })
        else { return nil }
        channel = context.channel
        self.descriptor = descriptor
    }

    /// Sends as much as the socket accepts.
    ///
    /// - Returns: the number of bytes sent; 0 also on an error, which the channel will detect by itself.
    func send(_ bytes: UnsafeRawBufferPointer) -> Int {
        // The descriptor of a closed channel may belong to another file by now. Closing happens on the same thread as
        // this call.
        guard channel.isActive else { return 0 }
        return max(
            0, Foundation.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)))
    }
}
