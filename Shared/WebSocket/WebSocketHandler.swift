public import NIOCore

/// Who takes messages as bytes, without a value for each that travels down a pipeline: the audio path.
public protocol WebSocketReceiver: AnyObject {
    /// A complete text or binary message, which lasts until the call returns; text is valid UTF-8.
    func receive(_ message: UnsafeRawBufferPointer, isText: Bool)
}

/// The WebSocket protocol of one connection, either end: bytes below, `WebSocketMessage` above.
///
/// It answers pings, sends its own and drops a peer that leaves them unanswered, closes with the handshake of the RFC and
/// after a violation lets the peer finish sending. Writes are gathered and leave on `flush`; the channel's writability
/// passes through. A ping jumps what is gathered, not what the channel already holds: an application that stops writing
/// while the channel is not writable keeps that to the channel's high-water mark.
public final class WebSocketHandler: ChannelDuplexHandler {
    public typealias InboundIn = ByteBuffer
    public typealias InboundOut = WebSocketMessage
    public typealias OutboundIn = WebSocketMessage
    public typealias OutboundOut = ByteBuffer

    private enum State {
        case open
        /// Our close frame is out; the peer's is awaited, data is thrown away.
        case closing
        /// Nothing that comes is looked at any more.
        case draining
    }

    /// Above this a batch is handed to the channel before the application flushes, so that writability stays honest.
    private static let gatherLimit = 64 * 1024

    /// Above this the room for a batch is given back when the batch has left.
    private static let roomKept = 8 * 1024

    /// Gets the text and binary messages; without it they go down the pipeline, as all the rest does. Held until the channel
    /// ends.
    public var receiver: (any WebSocketReceiver)?
    private var context: ChannelHandlerContext?
    private let role: WebSocketRole
    private let configuration: WebSocketConfiguration
    private var state = State.open
    private var reader: FrameReader
    private var writer: FrameWriter
    private var gathered = ByteBuffer()
    private var shortcut: SocketShortcut?
    private var isShortcutSought = false
    /// Writes that the channel has been given and has not sent.
    private var writesInChannel = 0
    /// The payload of the latest ping that is not answered yet. Older ones need no answer (RFC 6455 section 5.5.3), so a
    /// flood of pings costs no memory.
    private var owedPong: ByteBuffer?

    private var heartbeat: RepeatedTask?
    private var intervalsWithoutPong: Int?
    private var isReading = true
    private var deadline: Scheduled<Void>?

    init(role: WebSocketRole, configuration: WebSocketConfiguration) {
        self.role = role
        self.configuration = configuration
        reader = FrameReader(
            role: role, maxMessageBytes: configuration.maxMessageBytes, maxFragments: configuration.maxFragments)
        writer = FrameWriter(role: role)
    }

    public func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        guard let interval = configuration.pingInterval else { return }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        heartbeat = context.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            let (handler, context) = bound.value
            handler.beat(context)
        }
    }

    public func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        receiver = nil
        stopTimers()
    }

    public func channelInactive(context: ChannelHandlerContext) {
        stopTimers()
        state = .draining
        receiver = nil
        context.fireChannelInactive()
    }

    private func stopTimers() {
        heartbeat?.cancel()
        heartbeat = nil
        deadline?.cancel()
        deadline = nil
    }

    // MARK: Reading

    public func read(context: ChannelHandlerContext) {
        isReading = true
        context.read()
    }

    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard state != .draining else { return }
        var bytes = unwrapInboundIn(data)
        do throws(WebSocketFailure) {
            while state != .draining, let event = try reader.next(from: &bytes) {
                handle(event, context)
            }
        } catch {
            fail(error, context)
        }
    }

    public func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        payPong(context)
        context.fireChannelReadComplete()
    }

    public func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { payPong(context) }
        context.fireChannelWritabilityChanged()
    }

    private func handle(_ event: FrameReader.Event, _ context: ChannelHandlerContext) {
        switch event {
        case .message(.close(let code, let reason)):
            if state == .open {
                state = .draining
                context.fireChannelRead(wrapInboundOut(.close(code, reason: reason)))
                sendClose(code, "", context)
            }
            state = .draining
            hangUp(context)
        case .message(let message):
            guard state == .open else { return }
            deliver(message, context)
        case .ping(let payload):
            guard state == .open else { return }
            owedPong = payload
        case .pong:
            intervalsWithoutPong = nil
        }
    }

    private func deliver(_ message: WebSocketMessage, _ context: ChannelHandlerContext) {
        guard let receiver else { return context.fireChannelRead(wrapInboundOut(message)) }
        switch message {
        case .text(let payload): payload.withUnsafeReadableBytes { receiver.receive($0, isText: true) }
        case .binary(let payload): payload.withUnsafeReadableBytes { receiver.receive($0, isText: false) }
        case .close: context.fireChannelRead(wrapInboundOut(message))
        }
    }

    private func payPong(_ context: ChannelHandlerContext) {
        guard let payload = owedPong, state == .open, context.channel.isWritable else { return }
        owedPong = nil
        sendControl(.pong, payload, context)
    }

    public func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        context.fireUserInboundEventTriggered(event)
        // A peer that will send nothing more can neither answer a ping nor our close frame.
        if event as? ChannelEvent == .inputClosed {
            state = .draining
            context.close(promise: nil)
        }
    }

    // MARK: Writing

    public func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard state == .open else {
            promise?.fail(WebSocketFailure.closed)
            return
        }
        switch unwrapOutboundIn(data) {
        case .text(let payload): gather(.text, payload, context)
        case .binary(let payload): gather(.binary, payload, context)
        case .close(let code, let reason):
            state = .closing
            sendClose(code, reason, context)
            hangUp(context, after: configuration.closeTimeout)
        }
        if let promise {
            let batch = gathered
            gathered = ByteBuffer()
            pass(batch, context, promise)
        }
    }

    public func flush(context: ChannelHandlerContext) {
        guard gathered.readableBytes > 0 else { return context.flush() }
        var batch = gathered
        gathered = ByteBuffer()
        if !isShortcutSought { seekShortcut(context) }
        if writesInChannel == 0, let shortcut {
            batch.moveReaderIndex(forwardBy: batch.withUnsafeReadableBytes { shortcut.send($0) })
        }
        guard batch.readableBytes == 0 else {
            // Of its own size: what waits in the channel is counted by its bytes, not by the room that they lie in.
            pass(
                batch.readableBytes < batch.capacity / 2 ? ByteBuffer(bytes: batch.readableBytesView) : batch, context,
                nil)
            return context.flush()
        }
        // The socket took it all. Something may have been queued meanwhile.
        guard gathered.readableBytes == 0, batch.capacity <= Self.roomKept else { return }
        batch.clear()
        gathered = batch
    }

    /// Not before there is something to send: the handlers of the handshake have left by then, and what they wrote too.
    private func seekShortcut(_ context: ChannelHandlerContext) {
        let waiting = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)
        guard waiting == 0 else { return }
        isShortcutSought = true
        shortcut = SocketShortcut(context)
    }

    /// Gives bytes to the channel. Whatever follows has to go the same way until they are sent.
    private func pass(_ bytes: ByteBuffer, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.cascade(to: promise)
        writesInChannel += 1
        sent.futureResult.assumeIsolated().whenComplete { _ in self.writesInChannel -= 1 }
        context.write(wrapOutboundOut(bytes), promise: sent)
    }

    /// Queues a message that the caller writes in its place, without a value for it that travels down the pipeline. It leaves
    /// with the next flush. Nothing happens on a connection that is closing.
    ///
    /// - Parameters:
    ///   - length: of the message in bytes.
    ///   - content: writes the message, all of it, into room of just that length.
    public func append(isText: Bool, length: Int, _ content: (UnsafeMutableRawBufferPointer) -> Void) {
        guard state == .open, let context else { return }
        writer.append(isText ? .text : .binary, length: length, to: &gathered, content: content)
        if gathered.readableBytes >= Self.gatherLimit { release(context) }
    }

    /// Sends what was queued.
    public func flush() {
        if let context { flush(context: context) }
    }

    private func gather(_ opcode: FrameOpcode, _ payload: ByteBuffer, _ context: ChannelHandlerContext) {
        writer.append(opcode, payload, to: &gathered)
        if gathered.readableBytes >= Self.gatherLimit { release(context) }
    }

    private func release(_ context: ChannelHandlerContext) {
        guard gathered.readableBytes > 0 else { return }
        let batch = gathered
        gathered = ByteBuffer()
        pass(batch, context, nil)
    }

    private func sendControl(_ opcode: FrameOpcode, _ payload: ByteBuffer, _ context: ChannelHandlerContext) {
        var frame = ByteBuffer()
        writer.append(opcode, payload, to: &frame)
        pass(frame, context, nil)
        context.flush()
    }

    private func sendClose(_ code: WebSocketCloseCode, _ reason: String, _ context: ChannelHandlerContext) {
        writer.appendClose(code, reason: reason, to: &gathered)
        flush(context: context)
    }

    // MARK: Heartbeat

    private func beat(_ context: ChannelHandlerContext) {
        guard state == .open else { return }
        guard let missed = intervalsWithoutPong else {
            intervalsWithoutPong = 0
            return sendControl(.ping, ByteBuffer(), context)
        }
        // While the application holds reading back, the pong may well lie unread in the socket.
        guard isReading else { return }
        intervalsWithoutPong = missed + 1
        guard missed + 1 >= configuration.missedPongs else { return }
        state = .draining
        context.fireErrorCaught(WebSocketFailure.pongMissing)
        context.close(promise: nil)
    }

    // MARK: Closing

    private func fail(_ failure: WebSocketFailure, _ context: ChannelHandlerContext) {
        // Told while it is open, so that the application can still say why to a peer that cannot see close codes.
        if state == .open, case .violation = failure { context.fireErrorCaught(failure) }
        let wasOpen = state == .open
        state = .draining
        if wasOpen, case .violation(let code, let reason) = failure { sendClose(code, reason, context) }
        hangUp(context, after: configuration.linger)
    }

    /// Closes when what was written is out, or after `closeTimeout` if the peer does not take it.
    private func hangUp(_ context: ChannelHandlerContext) {
        hangUp(context, after: configuration.closeTimeout)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.whenComplete { _ in bound.value.close(promise: nil) }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: sent)
    }

    private func hangUp(_ context: ChannelHandlerContext, after delay: TimeAmount) {
        deadline?.cancel()
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: delay) { bound.value.close(promise: nil) }
    }
}
