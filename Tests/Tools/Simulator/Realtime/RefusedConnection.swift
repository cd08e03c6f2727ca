import NIOCore
import WebSocket

/// OpenAI accepts some handshakes only to report an error: one `error` event, then close 4000.
final class RefusedConnection: ChannelInboundHandler {
    typealias InboundIn = WebSocketMessage
    typealias OutboundOut = WebSocketMessage

    private let error: APIError

    init(error: APIError) {
        self.error = error
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let event: WireJSON = ["type": "error", "event_id": "event_refused", "error": error.json(eventID: nil)]
        context.write(wrapOutboundOut(.text(ByteBuffer(string: event.text))), promise: nil)
        let close = WebSocketMessage.close(
            WebSocketCloseCode(rawValue: 4000), reason: "invalid_request_error.\(error.code)")
        context.writeAndFlush(wrapOutboundOut(close), promise: nil)
    }
}
