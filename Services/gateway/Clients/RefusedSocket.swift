import Domain
import HTTPTypes
import NIOCore
import WebSocket

/// For `?reject=close`: tells a client that was let in only for that why it cannot stay, as a message and as a close code.
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
        if let text = try? JSON.encode(message) { context.write(wrapOutboundOut(.text(text)), promise: nil) }
        let reason = #"{"code":"\#(problem.code.prefix(64))","status":\#(problem.status.code)}"#
        context.writeAndFlush(
            wrapOutboundOut(.close(Self.closeCode(for: problem.status), reason: reason)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    /// The close code that says what the status would have said.
    static func closeCode(for status: HTTPResponse.Status) -> WebSocketCloseCode {
        switch status.code {
        case 401: WebSocketCloseCode(rawValue: 4401)
        case 403: WebSocketCloseCode(rawValue: 4403)
        case 404: WebSocketCloseCode(rawValue: 4404)
        case 409: WebSocketCloseCode(rawValue: 4410)
        case 429: WebSocketCloseCode(rawValue: 4429)
        case 426: .protocolError
        // Restart, no relay, database away: come back.
        case 502, 503, 504: .goingAway
        default: .internalError
        }
    }
}
