import NIOCore

/// The handler after the application's handler. What the application passes on ends here: in a server it is followed by
/// the HTTP handlers that the connection began with, which do not know `WebSocketMessage`.
final class WebSocketTail: ChannelInboundHandler {
    typealias InboundIn = WebSocketMessage
    typealias OutboundOut = WebSocketMessage

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    func channelReadComplete(context: ChannelHandlerContext) {}

    func channelWritabilityChanged(context: ChannelHandlerContext) {}

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A `WebSocketFailure` is already being handled; any other error comes from the socket or from TLS and is
        // final.
        if !(error is WebSocketFailure) { context.close(promise: nil) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The server is stopping and the application did not handle the event.
        if event is ChannelShouldQuiesceEvent {
            context.pipeline.syncOperations.writeAndFlush(
                NIOAny(WebSocketMessage.close(.goingAway, reason: "the server is stopping")), promise: nil)
        }
    }
}
