import Foundation
import NIOCore
import WebSocket

/// One connection to the Realtime API, on the event loop of its session.
final class RealtimeHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketMessage
    typealias OutboundOut = WebSocketMessage

    /// What may wait to be sent, in bytes, before the connection counts as too slow to be of use: a minute of audio.
    static let overflowLimit = 4 << 20

    private let session: LiveSession
    private let number: Int
    private var context: ChannelHandlerContext?
    private var flushIsDue = false
    private var closing: (code: Int, reason: String)?
    /// Bytes written since the socket took no more.
    private var overflow = 0

    /// - Parameter number: which of the session's connections this is.
    init(session: LiveSession, number: Int) {
        self.session = session
        self.number = number
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .text(let event):
            if let delta = AudioSplice.delta(in: event) {
                session.hear(delta, in: event, on: number)
            } else if let event = RealtimeEvent(Data(event.readableBytesView)) {
                session.hear(event, on: number)
            } else {
                session.log(.warning, "upstream sent something that is no event", [:])
            }
        // The API speaks JSON in text frames only.
        case .binary: break
        case .close(let code, let reason): closing = (Int(code.rawValue), reason)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        session.upstreamClosed(code: closing?.code, reason: closing?.reason ?? "", on: number)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        session.log(.warning, "upstream connection", ["error": "\(error)"])
        context.fireErrorCaught(error)
    }

    // MARK: Writing

    func send(_ event: ByteBuffer) {
        guard let context else { return }
        if !context.channel.isWritable {
            overflow += event.readableBytes
            if overflow > Self.overflowLimit { return context.close(promise: nil) }
        }
        context.write(wrapOutboundOut(.text(event)), promise: nil)
        guard !flushIsDue else { return }
        // Once per turn of the loop: everything that was read in it goes out together.
        flushIsDue = true
        context.eventLoop.assumeIsolated().execute {
            self.flushIsDue = false
            self.context?.flush()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { overflow = 0 }
        session.upstreamTakesAudio(context.channel.isWritable, on: number)
        context.fireChannelWritabilityChanged()
    }

    /// Stops or goes on reading, so that what the client cannot take waits at its source.
    func setReading(_ reads: Bool) {
        guard let context else { return }
        // It fails on a channel that is closed, which reads nothing either way.
        try? context.channel.syncOptions?.setOption(.autoRead, value: reads)
        if reads { context.read() }
    }

    func close() {
        context?.writeAndFlush(wrapOutboundOut(.close(.normal)), promise: nil)
    }
}
