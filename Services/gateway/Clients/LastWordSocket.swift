import Domain
import HTTPTypes
import NIOCore
import WebSocket

/// A connection that is accepted only to be told something, and closed.
final class LastWordSocket: ChannelInboundHandler {
    typealias InboundIn = WebSocketMessage
    typealias OutboundOut = WebSocketMessage

    private let message: ServerMessage
    private let close: WebSocketMessage

    /// For `?reject=close`: why the client is refused, as an `error` message and a close code.
    init(_ problem: Problem) {
        let retryAfter = problem.headers[.retryAfter].flatMap { Int($0) }.map { min($0, 86_400) * 1000 }
        message = .error(
            seq: nil, code: problem.code, message: problem.detail, fatal: true, retryAfterMs: retryAfter)
        let reason = #"{"code":"\#(problem.code.rawValue.prefix(64))","status":\#(problem.status.code)}"#
        close = .close(.init(CloseCode(httpStatus: problem.status.code)), reason: reason)
    }

    /// For `?moved=1`: where the session is.
    init(movedTo address: String) {
        message = .moved(wsUrl: address)
        close = .close(.goingAway, reason: "moved")
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if let text = try? APIJSON.encode(message) { context.write(wrapOutboundOut(.text(text)), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(close), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}
}
