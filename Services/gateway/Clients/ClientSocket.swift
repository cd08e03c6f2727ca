import Domain
import Foundation
import Logging
import Metrics
import NIOCore
import Traces
import WebSocket
import Wire

/// One client's WebSocket, seated at a relay: what it says goes to the relay as it is, and back.
///
/// Nothing is parsed here. What safety needs was checked on the bytes: size and UTF-8 by the WebSocket layer, and here
/// that a message is an object of bounded depth, and how much audio comes in how short a time.
final class ClientSocket: ChannelInboundHandler, WebSocketReceiver {
    typealias InboundIn = WebSocketMessage
    typealias OutboundOut = WebSocketMessage

    /// More than this waits for a client only if it has stopped reading, in bytes.
    static let outgoingLimit = 4 << 20
    /// Bytes that are read at once from a client that sends too many messages.
    private static let pacedRead = 4 << 10
    /// What a value of JSON counts as, in bytes: to read it costs the relay more than its bytes say.
    private static let bytesPerValue = 32
    /// Above the first the relay is asked to pause, below the second to go on.
    static let waterMark = ChannelOptions.Types.WriteBufferWaterMark(low: 64 << 10, high: 256 << 10)

    private let attachment: Attachment
    private let options: ClientOptions
    private let logger: Logger
    private let metrics: GatewayMetrics
    private var rate: TokenBucket?
    private var pace = MessagePace(now: ContinuousClock().now)
    /// Ends the pause in reading that `pace` asked for.
    private var pause: Scheduled<Void>?
    private var link: RelayLink?
    private var context: ChannelHandlerContext?
    private var socket: WebSocketHandler?
    /// Our close frame is out, or the client's has come.
    private var isClosing = false
    private var hasComplained = false
    private var useless = UselessMessages()
    private let opened = ContinuousClock.now
    private var isPausedByRelay = false
    private var hasPausedRelay = false
    /// For a client that sends and gets audio in binary frames.
    private var samples = WholeSamples()
    private var currentItem = CurrentItem()

    init(_ attachment: Attachment, options: ClientOptions, metrics: GatewayMetrics, logger: Logger) {
        self.attachment = attachment
        self.options = options
        self.metrics = metrics
        self.logger = logger
        rate = options.rate.map {
            TokenBucket(capacity: $0.burst, perSecond: $0.bytesPerSecond, now: ContinuousClock().now)
        }
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        do {
            let socket = try context.pipeline.syncOperations.handler(type: WebSocketHandler.self)
            socket.receiver = self
            self.socket = socket
        } catch {
            logger.critical("nothing comes from this client", metadata: ["error": "\(error)"])
            return context.close(promise: nil)
        }
        let link = attachment.take()
        self.link = link
        metrics.opened()
        try? context.channel.syncOptions?.setOption(.writeBufferWaterMark, value: Self.waterMark)
        link.seat(self, at: attachment.session)
        updateReading()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        leave(code: nil)
        self.context = nil
        socket = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave(code: nil)
        context.fireChannelInactive()
    }

    /// Gives the seat up, once.
    private func leave(code: Int?) {
        guard let link else { return }
        self.link = nil
        pause?.cancel()
        isClosing = true
        metrics.closed()
        options.span?.end()
        link.detach(attachment.session, code: code)
    }

    // MARK: From the client

    func receive(_ message: UnsafeRawBufferPointer, isText: Bool) {
        guard !isClosing, let link else { return }
        if isText {
            metrics.received(.text)
            return pass(ClientAudio.withoutByteOrderMark(message), link)
        }
        metrics.received(.binary)
        switch ClientAudio.kind(ofBinary: message, takesAudio: options.binaryAudio) {
        case .json:
            let text = ClientAudio.withoutByteOrderMark(message)
            guard AudioMessage.hasHead(text) || String(validating: text, as: UTF8.self) != nil else {
                if isWithinRate(message.count) { complain(.invalidMessage, "a message is UTF-8") }
                return
            }
            pass(text, link)
        case .audio:
            guard isWithinRate(ClientAudio.messageLength(ofPCM: message.count), isAudio: true) else { return }
            samples.take(UnsafeRawBufferPointer(rebasing: message.dropFirst())) { samples in
                let length = ClientAudio.messageLength(ofPCM: samples.count)
                link.send(of: attachment.session, length: length) { ClientAudio.writeMessage(pcm: samples, into: $0) }
            }
        case .unknown:
            guard isWithinRate(message.count) else { return }
            complain(
                .unknownBinary,
                options.binaryAudio
                    ? "a binary frame begins with 0x01 (audio follows) or holds a JSON object"
                    : "a binary frame holds a JSON object; audio goes in binary frames only with ?audio=binary")
        }
    }

    private func pass(_ message: UnsafeRawBufferPointer, _ link: RelayLink) {
        switch ClientAudio.check(message) {
        case .fine(let values):
            let isAudio = AudioMessage.hasHead(message)
            // The relay does not read a message with too many values.
            let isRead = values <= ClientMessage.mostValues
            let cost = max(message.count, isRead ? values * Self.bytesPerValue : 0)
            guard isWithinRate(cost, isAudio: isAudio) else { return }
            link.send(of: attachment.session, length: message.count) { $0.copyMemory(from: message) }
            if !isAudio, let wait = pace.count(now: ContinuousClock().now) { stopReading(for: wait) }
        case .noObject:
            if isWithinRate(message.count) { complain(.invalidMessage, "a message is a JSON object") }
        case .tooDeep:
            guard isWithinRate(message.count) else { return }
            complain(.jsonTooDeep, "arrays and objects may be nested \(JSONNesting.limit) deep at most")
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .close(let code, _) = unwrapInboundIn(data), !isClosing else { return }
        isClosing = true
        leave(code: code == .noCode ? nil : Int(code.rawValue))
    }

    /// Four times real time is a client that sends a file, not a microphone.
    private func isWithinRate(_ bytes: Int, isAudio: Bool = false) -> Bool {
        let cost = ClientOptions.cost(ofBytes: bytes, isAudio: isAudio)
        guard let wait = rate?.take(cost, now: ContinuousClock().now) else { return true }
        let milliseconds = max(500, Int(min(wait.inSeconds, 60) * 1000))
        end(
            code: .tooFast, error: .tooFast,
            message: "audio may come at \(options.timesRealTime) times real time, other messages 300 a second",
            retryAfterMs: milliseconds)
        return false
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // What goes to the relay is flushed by the link.
        guard hasComplained else { return }
        hasComplained = false
        flush()
    }

    // MARK: From the relay

    /// Queues a message for the client.
    ///
    /// - Returns: whether there is something to flush.
    @discardableResult
    func deliver(_ message: UnsafeRawBufferPointer) -> Bool {
        guard !isClosing, let socket else { return false }
        if options.binaryAudio, let audio = AudioMessage.parts(of: message) {
            let base64 = UnsafeRawBufferPointer(rebasing: message[audio.base64])
            if let count = Base64Text.byteCount(of: base64) {
                if let place = currentItem.next(count, audio, of: message) {
                    metrics.sent(.text)
                    socket.append(isText: true, length: place.count) { $0.copyBytes(from: place) }
                }
                metrics.sent(.binary)
                socket.append(isText: false, length: count + 1) { ClientAudio.writeFrame(base64: base64, into: $0) }
                return true
            }
        }
        metrics.sent(.text)
        socket.append(isText: true, length: message.count) { $0.copyMemory(from: message) }
        return true
    }

    func flush() {
        guard let context, let socket else { return }
        socket.flush()
        // Set by `channelWritabilityChanged`, which costs less than asking.
        guard hasPausedRelay, !isClosing, let options = context.channel.syncOptions,
            let waiting = try? options.getOption(.bufferedWritableBytes), waiting > Self.outgoingLimit
        else { return }
        end(
            code: .tooSlow, error: .tooSlow, message: "\(Self.outgoingLimit) bytes wait for this client",
            retryAfterMs: 1000)
    }

    func close(code: CloseCode, reason: String) {
        finish(code: code, reason: reason)
    }

    /// This gateway, or the session's relay, goes away; the session does not.
    func goAway(reason: String) {
        guard !isClosing else { return }
        write(.goingAway(reason: reason, retryAfterMs: 500))
        finish(code: .goingAway, reason: reason)
    }

    // MARK: Saying something ourselves

    private func complain(_ code: ErrorCode, _ message: String) {
        switch useless.take(message, at: Int((ContinuousClock.now - opened).inSeconds * 1_000)) {
        case .tell:
            hasComplained = true
            write(.error(seq: nil, code: code, message: message, fatal: false, retryAfterMs: nil))
        case .ignore: break
        case .close:
            end(
                code: .tooFast, error: .tooFast,
                message: "more than \(UselessMessages.mostPerSecond) messages a second have no effect: \(message)",
                retryAfterMs: 1_000)
        }
    }

    private func end(code: CloseCode, error: ErrorCode, message: String, retryAfterMs: Int? = nil) {
        logger.info("client ended", metadata: ["code": "\(code)", "error": "\(error)"])
        write(.error(seq: nil, code: error, message: message, fatal: true, retryAfterMs: retryAfterMs))
        finish(code: code, reason: error.rawValue)
    }

    private func write(_ message: ServerMessage) {
        guard !isClosing, let context, let text = try? APIJSON.encode(message) else { return }
        context.write(wrapOutboundOut(.text(text)), promise: nil)
    }

    private func finish(code: CloseCode, reason: String) {
        guard !isClosing, let context else { return }
        isClosing = true
        context.writeAndFlush(wrapOutboundOut(.close(.init(code), reason: reason)), promise: nil)
        leave(code: code.rawValue)
        // What the client still sends is thrown away, but must be read for its close frame to arrive.
        updateReading()
    }

    // MARK: Holding back

    /// What waits to be sent to the client.
    var queuedBytes: Int { (try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0 }

    func relayAsks(toPause: Bool) {
        isPausedByRelay = toPause
        updateReading()
    }

    func linkIsWritable(_ isWritable: Bool) {
        updateReading()
    }

    private func updateReading() {
        guard let context else { return }
        let shouldRead = isClosing || !(isPausedByRelay || pause != nil || link?.isWritable == false)
        try? context.channel.syncOptions?.setOption(.autoRead, value: shouldRead)
    }

    private func stopReading(for wait: Duration) {
        guard let context else { return }
        if pause == nil {
            // Messages of a read that has begun are passed on before the pause, so reads become short.
            let options = context.channel.syncOptions
            try? options?.setOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.pacedRead))
            try? options?.setOption(.maxMessagesPerRead, value: 1)
        }
        pause?.cancel()
        pause = context.eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(Int64(wait.inSeconds * 1e9))) {
            self.pause = nil
            self.updateReading()
        }
        updateReading()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        let mustPause = !context.channel.isWritable
        if mustPause != hasPausedRelay, let link {
            hasPausedRelay = mustPause
            link.send(mustPause ? .pause(s: attachment.session) : .resume(s: attachment.session))
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            goAway(reason: "restart")
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.info("client's connection broken", metadata: ["error": "\(error)"])
        if case .violation(_, let reason)? = error as? WebSocketFailure {
            write(.error(seq: nil, code: .protocolViolation, message: reason, fatal: true, retryAfterMs: nil))
        }
        context.fireErrorCaught(error)
    }
}
