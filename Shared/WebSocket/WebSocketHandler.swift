public import NIOCore

/// Receives messages as bytes, without a value per message in the pipeline: for the audio path.
public protocol WebSocketReceiver: AnyObject {
    /// A complete text or binary message, which is valid until the call returns; text is valid UTF-8.
    func receive(_ message: UnsafeRawBufferPointer, isText: Bool)
}

/// The WebSocket protocol of one connection, for either end: bytes on the network side, `WebSocketMessage` on the
/// application side.
///
/// It answers pings, sends its own, and closes the connection if the peer does not answer them. It closes with the
/// closing handshake of the RFC, and after a violation lets the peer finish sending. Writes are gathered and sent on
/// `flush`; the channel's writability is passed on. A ping overtakes gathered writes, but not bytes that the channel
/// already holds: an application that stops writing while the channel is not writable limits these to the channel's
/// high-water mark.
public final class WebSocketHandler: ChannelDuplexHandler {
    public typealias InboundIn = ByteBuffer
    public typealias InboundOut = WebSocketMessage
    public typealias OutboundIn = WebSocketMessage
    public typealias OutboundOut = ByteBuffer

    private enum State {
        case open
        /// Our close frame is sent and the peer's is awaited; data is discarded.
        case closing
        /// All incoming bytes are ignored.
        case draining
    }

    /// In bytes. A larger batch is passed to the channel before the application flushes, so that the channel's
    /// writability counts it.
    private static let gatherLimit = 64 * 1024

    /// In bytes. A batch buffer with a larger capacity is released after the batch is sent.
    private static let roomKept = 8 * 1024

    /// Receives the text and binary messages; without it they are passed on in the pipeline, as everything else is.
    /// Retained until the channel ends.
    public var receiver: (any WebSocketReceiver)?
    private var context: ChannelHandlerContext?
    private let role: WebSocketRole
    private let configuration: WebSocketConfiguration
    private var state = State.open
    /// Our close frame told the peer of its violation.
    private var awaitsCloseAfterViolation = false
    private var reader: FrameReader
    private var writer: FrameWriter
    private var gathered = ByteBuffer()
    private var shortcut: SocketShortcut?
    private var isShortcutSought = false
    /// Number of writes that were passed to the channel and are not sent yet.
    private var writesInChannel = 0
    /// The payload of the latest ping that is not answered yet. Older ones need no answer (RFC 6455 section 5.5.3), so
    /// a flood of pings costs no memory.
    private var owedPong: ByteBuffer?

    private var heartbeat: RepeatedTask?
    private var intervalsWithoutPong: Int?
    private var isReading = true
    private var deadline: Scheduled<Void>?

    init(role: WebSocketRole, configuration: WebSocketConfiguration) {
        self.role = role
        self.configuration = configuration
        reader = FrameReader(role: role, maxMessageBytes: configuration.maxMessageBytes)
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
        var bytes = unwrapInboundIn(data)
        guard state != .draining else { return discard(bytes, context) }
        do throws(WebSocketFailure) {
            while state != .draining, let event = try reader.next(from: &bytes) {
                handle(event, context)
            }
        } catch {
            fail(error, context)
        }
    }

    /// The peer may still be sending what it had begun. Its close frame is the last thing it sends.
    private func discard(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        guard awaitsCloseAfterViolation, CloseFrameTail.ends(bytes, receivedBy: role) else { return }
        awaitsCloseAfterViolation = false
        hangUp(context)
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
            // Copied to a buffer of its own size: the channel counts the bytes that wait, not the capacity of their
            // buffer.
            pass(
                batch.readableBytes < batch.capacity / 2 ? ByteBuffer(bytes: batch.readableBytesView) : batch, context,
                nil)
            return context.flush()
        }
        // The socket accepted everything. More may have been queued meanwhile.
        guard gathered.readableBytes == 0, batch.capacity <= Self.roomKept else { return }
        batch.clear()
        gathered = batch
    }

    /// Called only when there is something to send: by then the handlers of the handshake are removed. Does nothing
    /// until the channel has sent what they wrote.
    private func seekShortcut(_ context: ChannelHandlerContext) {
        let waiting = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)
        guard waiting == 0 else { return }
        isShortcutSought = true
        shortcut = SocketShortcut(context)
    }

    /// Passes bytes to the channel. All later bytes must go the same way until these are sent.
    private func pass(_ bytes: ByteBuffer, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.cascade(to: promise)
        writesInChannel += 1
        sent.futureResult.assumeIsolated().whenComplete { _ in self.writesInChannel -= 1 }
        context.write(wrapOutboundOut(bytes), promise: sent)
    }

    /// Queues a message that the caller writes directly into the buffer, without a value in the pipeline. It is sent
    /// with the next flush. Does nothing on a connection that is closing.
    ///
    /// - Parameters:
    ///   - length: of the message in bytes.
    ///   - content: writes the whole message into a buffer of exactly that length.
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
        // While the application does not read, the pong may still be unread in the socket.
        guard isReading else { return }
        intervalsWithoutPong = missed + 1
        guard missed + 1 >= configuration.missedPongs else { return }
        state = .draining
        context.fireErrorCaught(WebSocketFailure.pongMissing)
        context.close(promise: nil)
    }

    // MARK: Closing

    private func fail(_ failure: WebSocketFailure, _ context: ChannelHandlerContext) {
        // The application is notified while the connection is open, so that it can still give the reason to a peer that
        // cannot see close codes.
        if state == .open, case .violation = failure { context.fireErrorCaught(failure) }
        let wasOpen = state == .open
        state = .draining
        if wasOpen, case .violation(let code, let reason) = failure {
            sendClose(code, reason, context)
            awaitsCloseAfterViolation = true
        }
        hangUp(context, after: configuration.linger)
    }

    /// Closes when everything written is sent, or after `closeTimeout` if the peer does not accept it.
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
