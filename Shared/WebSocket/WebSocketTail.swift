import NIOCore

/// Stands behind the application's handler. What the application lets through ends here: behind it, in a server, lie the
/// HTTP handlers that the connection began with and that know nothing of messages.
final class WebSocketTail: ChannelInboundHandler {
    typealias InboundIn = WebSocketMessage
    typealias OutboundOut = WebSocketMessage

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    func channelReadComplete(context: ChannelHandlerContext) {}

    func channelWritabilityChanged(context: ChannelHandlerContext) {}

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A failure of ours is already being dealt with; anything else is the socket's or TLS's, and final.
        if !(error is WebSocketFailure) { context.close(promise: nil) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The server is stopping and the application had nothing to say about it.
        if event is ChannelShouldQuiesceEvent {
            context.pipeline.syncOperations.writeAndFlush(
                NIOAny(WebSocketMessage.close(.goingAway, reason: "the server is stopping")), promise: nil)
        }
    }
}
