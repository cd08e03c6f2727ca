import Domain
import NIOCore
import WebSocket

/// For `?moved=1`: the upgrade is accepted only to say where the session is.
final class MovedSocket: ChannelInboundHandler {
    typealias InboundIn = WebSocketMessage
    typealias OutboundOut = WebSocketMessage

    private let address: String

    init(to address: String) {
        self.address = address
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if let text = try? APIJSON.encode(ServerMessage.moved(wsUrl: address)) {
            context.write(wrapOutboundOut(.text(text)), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.close(.goingAway, reason: "moved")), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}
}
