import NIOCore
import WebSocket

/// Passes the messages of a channel to its session.
final class RealtimeConnection: ChannelInboundHandler {
    typealias InboundIn = WebSocketMessage

    private let session: RealtimeSession

    init(session: RealtimeSession) {
        self.session = session
    }

    func handlerAdded(context: ChannelHandlerContext) {
        session.assumeIsolated { $0.begin() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let message = unwrapInboundIn(data)
        session.assumeIsolated { $0.receive(message) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        session.assumeIsolated { $0.end() }
        context.fireChannelInactive()
    }
}
