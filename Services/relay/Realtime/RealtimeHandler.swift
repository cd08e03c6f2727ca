import Conversation
import Foundation
import NIOCore
import WebSocket
import Wire

/// One connection to the Realtime API, on the event loop of its session.
final class RealtimeHandler: ChannelInboundHandler, WebSocketReceiver, Flushable {
    typealias InboundIn = WebSocketMessage
    typealias OutboundOut = WebSocketMessage

    /// Bytes that may wait to be sent before the connection counts as too slow: about a minute of audio.
    static let overflowLimit = 4 << 20

    private let session: LiveSession
    private let number: Int
    private let flushes: FlushRound
    private var context: ChannelHandlerContext?
    private var socket: WebSocketHandler?
    /// False while more waits to be sent than should.
    private(set) var isWritable = true
    private var mayRead = true
    /// Until the server has confirmed the session's settings it is read whatever the client takes.
    private var isConfirmed = false
    private var flushIsDue = false
    private var closing: (code: Int, reason: String)?
    /// Bytes written since the socket stopped being writable.
    private var overflow = 0

    /// - Parameter number: which of the session's connections this is.
    init(session: LiveSession, number: Int, flushes: FlushRound) {
        self.session = session
        self.number = number
        self.flushes = flushes
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        isWritable = context.channel.isWritable
        do {
            let socket = try context.pipeline.syncOperations.handler(type: WebSocketHandler.self)
            socket.receiver = self
            self.socket = socket
        } catch {
            session.log(.error, "upstream cannot be read", ["error": "\(error)"])
            context.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        socket = nil
    }

    // MARK: Reading

    func receive(_ message: UnsafeRawBufferPointer, isText: Bool) {
        // The API speaks JSON in text frames only.
        guard isText else { return }
        if let delta = AudioSplice.delta(in: message) {
            session.hear(delta, in: message, on: number)
        } else if let event = RealtimeEvent(Data(message)) {
            if case .sessionUpdated = event { confirm() }
            session.hear(event, on: number)
        } else {
            session.log(.warning, "upstream sent an invalid event", [:])
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .close(let code, let reason) = unwrapInboundIn(data) { closing = (Int(code.rawValue), reason) }
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

    func send(_ event: Data) {
        write(event.count) { $0.copyBytes(from: event) }
    }

    /// Sends a piece of the trainee's audio.
    func append(_ base64: UnsafeRawBufferPointer) {
        write(AudioSplice.appendLength(base64.count)) { AudioSplice.writeAppend(base64, to: $0) }
    }

    private func write(_ length: Int, _ content: (UnsafeMutableRawBufferPointer) -> Void) {
        guard let context, let socket else { return }
        if !isWritable {
            overflow += length
            if overflow > Self.overflowLimit { return context.close(promise: nil) }
        }
        socket.append(isText: true, length: length, content)
        guard !flushIsDue else { return }
        flushIsDue = true
        flushes.add(self)
    }

    func flush() {
        flushIsDue = false
        socket?.flush()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        if isWritable { overflow = 0 }
        session.upstreamFlowChanged(on: number)
        context.fireChannelWritabilityChanged()
    }

    /// Pauses or resumes reading, so that what the client cannot take waits at its source.
    func setReading(_ reads: Bool) {
        mayRead = reads
        if isConfirmed { applyReading() }
    }

    private func confirm() {
        isConfirmed = true
        if !mayRead { applyReading() }
    }

    private func applyReading() {
        guard let context else { return }
        // It fails on a closed channel, which reads nothing anyway.
        try? context.channel.syncOptions?.setOption(.autoRead, value: mayRead)
        if mayRead { context.read() }
    }

    func close() {
        context?.writeAndFlush(wrapOutboundOut(.close(.normal)), promise: nil)
    }
}
