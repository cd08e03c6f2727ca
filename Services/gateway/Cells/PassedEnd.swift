import Domain
import NIOCore
import WebSocket

/// One of two connections, to a client and to the cell that runs its session: every message that comes here goes out
/// at the other end, unread.
///
/// What waits is bounded: an end is not read while the other one takes no more. Both live on one event loop.
final class PassedEnd: ChannelInboundHandler {
    typealias InboundIn = WebSocketMessage
    typealias OutboundOut = WebSocketMessage

    private let isOfClient: Bool
    private var other: PassedEnd?
    private var context: ChannelHandlerContext?
    /// What came in one read with the handshake, before the other end was there.
    private var early: [WebSocketMessage] = []
    private var isEnded = false
    private var isClosing = false

    init(ofClient isOfClient: Bool) {
        self.isOfClient = isOfClient
    }

    /// Joins this end to one that is connected already and waits.
    func join(_ other: PassedEnd) {
        self.other = other
        other.other = self
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        try? context.channel.syncOptions?.setOption(.writeBufferWaterMark, value: ClientSocket.waterMark)
        guard isOfClient else { return read(false) }
        guard let other, !other.isEnded else { return lose() }
        for message in other.early { write(message) }
        other.early = []
        context.flush()
        other.read(context.channel.isWritable)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    // MARK: From here to the other end

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let message = unwrapInboundIn(data)
        if case .close = message { isClosing = true }
        if let other { other.write(message) } else { early.append(message) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        other?.context?.flush()
        context.fireChannelReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        other?.read(context.channel.isWritable)
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is ChannelShouldQuiesceEvent, isOfClient else {
            return context.fireUserInboundEventTriggered(event)
        }
        goAway("restart")
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// This connection is over, and so is the other one.
    private func end() {
        guard !isEnded else { return }
        isEnded = true
        let other = other
        self.other = nil
        other?.lose()
    }

    // MARK: From the other end

    private func write(_ message: WebSocketMessage) {
        guard !isClosing else { return }
        var message = message
        if case .close(let code, let reason) = message {
            isClosing = true
            message = .close(code.isSendable ? code : .normal, reason: reason)
            read(true)
        }
        context?.write(wrapOutboundOut(message), promise: nil)
        if isClosing { context?.flush() }
    }

    /// A closing connection is always read, or the close frame of its other end would never come.
    private func read(_ isReading: Bool) {
        try? context?.channel.syncOptions?.setOption(.autoRead, value: isReading || isClosing)
    }

    /// The other end is gone.
    private func lose() {
        if isOfClient { goAway("relay_lost") } else { context?.close(promise: nil) }
    }

    private func goAway(_ reason: String) {
        guard !isClosing, let context else { return }
        if let text = try? APIJSON.encode(ServerMessage.goingAway(reason: reason, retryAfterMs: 500)) {
            context.write(wrapOutboundOut(.text(text)), promise: nil)
        }
        write(.close(.goingAway, reason: reason))
    }
}
