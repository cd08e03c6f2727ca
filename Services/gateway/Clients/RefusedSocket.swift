import Domain
import HTTPTypes
import NIOCore
import WebSocket

/// For `?reject=close`: the upgrade is accepted only to report the problem, as an `error` message and a close code.
final class RefusedSocket: ChannelInboundHandler {
    typealias InboundIn = WebSocketMessage
    typealias OutboundOut = WebSocketMessage

    private let problem: Problem

    init(_ problem: Problem) {
        self.problem = problem
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let retryAfter = problem.headers[.retryAfter].flatMap { Int($0) }.map { min($0, 86_400) * 1000 }
        let message = ServerMessage.error(
            seq: nil, code: problem.code, message: problem.detail, fatal: true, retryAfterMs: retryAfter)
        if let text = try? APIJSON.encode(message) { context.write(wrapOutboundOut(.text(text)), promise: nil) }
        let reason = #"{"code":"\#(problem.code.rawValue.prefix(64))","status":\#(problem.status.code)}"#
        context.writeAndFlush(
            wrapOutboundOut(.close(.init(CloseCode(httpStatus: problem.status.code)), reason: reason)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}
}
