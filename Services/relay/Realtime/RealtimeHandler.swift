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
    /// False while too many bytes wait to be sent.
    private(set) var isWritable = true
    private var mayRead = true
    /// Until the server has confirmed the session's settings it is read whatever the client takes. True from the start
    /// for a server that confirms nothing.
    private var isConfirmed: Bool
    private var flushIsDue = false
    private var closing: (code: Int, reason: String)?
    /// Bytes written since the socket stopped being writable.
    private var overflow = 0
    /// Nil where the server takes and sends audio at the client's rate.
    private var rates: ServerRates?
    private var hasBinaryFrames = false

    /// - Parameters:
    ///   - number: which of the session's connections this is.
    ///   - filters: for a server that takes or sends audio at another rate than the client.
    ///   - confirms: whether the server answers `session.update`.
    init(session: LiveSession, number: Int, flushes: FlushRound, filters: ServerRates.Filters?, confirms: Bool) {
        isConfirmed = !confirms
        self.session = session
        self.number = number
        self.flushes = flushes
        rates = filters.map { ServerRates($0) }
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
        // OpenAI sends text frames only; others send the same JSON in binary ones.
        if !isText, !hasBinaryFrames {
            hasBinaryFrames = true
            session.log(.info, "upstream sends binary frames", [:])
        }
        // Only text is known to be UTF-8, and the id goes into a text for the client.
        if let delta = AudioSplice.delta(in: message), isText || message[delta.itemId].allSatisfy({ $0 < 0x80 }) {
            hear(delta, in: message)
        } else if let event = RealtimeEvent(Data(message)) {
            if case .sessionUpdated = event { confirm() }
            session.hear(converted(event), on: number)
        } else if isText {
            session.log(.warning, "upstream sent an invalid event", [:])
        }
    }

    private func hear(_ delta: AudioSplice.Delta, in message: UnsafeRawBufferPointer) {
        let item = UnsafeRawBufferPointer(rebasing: message[delta.itemId])
        let response = delta.responseId.map { UnsafeRawBufferPointer(rebasing: message[$0]) }
        let base64 = UnsafeRawBufferPointer(rebasing: message[delta.base64])
        guard let audio = rates?.fromServer(base64, of: item) else {
            return session.hear(base64, delta.byteCount, of: item, response: response, on: number)
        }
        if audio.byteCount > 0 {
            audio.base64.withUnsafeBytes {
                session.hear($0, audio.byteCount, of: item, response: response, on: number)
            }
        }
    }

    /// The event, with its audio at the client's rate.
    private func converted(_ event: RealtimeEvent) -> RealtimeEvent {
        guard rates != nil, case .audio(var delta) = event else { return event }
        let audio = Array(delta.base64.utf8).withUnsafeBytes { base64 in
            Array(delta.itemId.utf8).withUnsafeBytes { rates?.fromServer(base64, of: $0) }
        }
        guard let audio else { return event }
        guard audio.byteCount > 0 else { return .other(type: "response.output_audio.delta") }
        delta.base64 = String(decoding: audio.base64, as: UTF8.self)
        return .audio(delta)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .close(let code, let reason) = unwrapInboundIn(data) { closing = (Int(code.rawValue), reason) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        session.upstreamClosed(code: closing?.code, reason: closing?.reason ?? "", on: number)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        session.log(.warning, "upstream connection", ["error": WebSocketClient.description(of: error)])
        context.fireErrorCaught(error)
    }

    // MARK: Writing

    /// What waits to be sent.
    var queuedBytes: Int { (try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0 }

    func send(_ event: Data) {
        write(event.count) { $0.copyBytes(from: event) }
    }

    /// Sends a piece of the trainee's audio.
    func append(_ base64: UnsafeRawBufferPointer) {
        guard let audio = rates?.toServer(base64) else {
            return write(AudioSplice.appendLength(base64.count)) { AudioSplice.writeAppend(base64, to: $0) }
        }
        guard !audio.isEmpty else { return }
        audio.withUnsafeBytes { base64 in
            write(AudioSplice.appendLength(base64.count)) { AudioSplice.writeAppend(base64, to: $0) }
        }
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
