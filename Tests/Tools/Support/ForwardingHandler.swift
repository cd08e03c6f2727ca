public import NIOCore

/// Forwards the bytes of one side of a proxied connection to the other side, and its close.
public final class ForwardingHandler: ChannelInboundHandler {
    public typealias InboundIn = ByteBuffer

    private let peer: any Channel

    public init(to peer: any Channel) {
        self.peer = peer
    }

    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        peer.write(unwrapInboundIn(data), promise: nil)
    }

    public func channelReadComplete(context: ChannelHandlerContext) { peer.flush() }

    public func channelInactive(context: ChannelHandlerContext) { peer.close(promise: nil) }

    public func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
