public import Domain
public import Logging
public import NIOCore

/// What the owner of a `SessionLink` gets from it. All calls come on the channel's event loop.
public protocol SessionLinkDelegate: AnyObject {
    /// A message of one session, which lasts until the call returns.
    func receive(_ message: UnsafeRawBufferPointer, of session: Int)
    func receive(_ message: RelayMessage)
    /// Everything that one read brought has been received.
    func receivedAll()
    /// `SessionLink.isWritable` has changed.
    func writabilityChanged()
    /// This process stops and the link's sessions should come to their end.
    func shouldQuiesce()
    /// The last call. Nothing sent from here on goes anywhere.
    func closed()
}

extension SessionLinkDelegate {
    public func receivedAll() {}
    public func shouldQuiesce() {}
}

/// One end of the connection that a gateway and a relay share: the packets of all sessions between them, by number, and
/// the `RelayMessage`s of the two processes.
///
/// What is sent in one event-loop tick leaves in one system call. Confined to the channel's event loop.
public final class SessionLink: ChannelInboundHandler, PacketReceiver, Flushable {
    public typealias InboundIn = ByteBuffer
    public typealias OutboundOut = ByteBuffer

    /// What may wait in the channel, in bytes. Far above what one tick writes: at the limit all sessions are paused and
    /// resumed, which costs a system call each.
    private static let waterMark = ChannelOptions.Types.WriteBufferWaterMark(low: 1 << 20, high: 4 << 20)
    /// Of the socket's own buffer, in bytes. The batch of one tick should fit, because each part of one that does not
    /// costs a tick of both ends. The kernel grants less where `net.core.wmem_max` says so.
    private static let sendBuffer: ChannelOptions.Types.SocketOption.Value = 1 << 20

    /// Bytes of a `RelayMessage` that is decoded where the audio of all sessions passes. A batch of a thousand events
    /// would hold it up for tens of milliseconds.
    private static let largestOnLoop = 16 << 10

    private let peer: ServiceName
    private let logger: Logger
    private let flushes: FlushRound
    private var context: ChannelHandlerContext?
    /// Held until the channel ends.
    private var delegate: (any SessionLinkDelegate)?
    private var outgoing = LinkBatch()
    private var flushIsDue = false
    private var isClosing = false

    /// False while more waits for the peer than should. True once the link is closed, because then nothing waits.
    public private(set) var isWritable = true

    public init(to peer: ServiceName, on loop: any EventLoop, logger: Logger) {
        self.peer = peer
        self.logger = logger
        self.flushes = FlushRound(loop: loop)
    }

    /// Joins the pipeline of a channel that has just exchanged hellos. On its event loop.
    ///
    /// - Throws: when the pipeline has no `PacketHandler`.
    public func join(_ channel: any Channel, as delegate: any SessionLinkDelegate) throws {
        let pipeline = channel.pipeline.syncOperations
        let packets = try pipeline.handler(type: PacketHandler.self)
        try pipeline.addHandler(self)
        packets.receiver = self
        self.delegate = delegate
        let options = channel.syncOptions
        try? options?.setOption(.writeBufferWaterMark, value: Self.waterMark)
        try? options?.setOption(.socketOption(.so_sndbuf), value: Self.sendBuffer)
    }

    public func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    public func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        delegate = nil
    }

    // MARK: To the peer

    /// What waits to be sent.
    public var queuedBytes: Int { (try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0 }

    /// Appends one message of a session. `content` writes all of it into a buffer of exactly `length` bytes.
    public func send(of session: Int, length: Int, content: (UnsafeMutableRawBufferPointer) -> Void) {
        guard context != nil else { return }
        do {
            try outgoing.append(session: session, length: length, content: content)
            flushSoon()
        } catch {
            // A client's message is at most 1 MiB long, a packet 16.
            logger.error("session message too large for the \(peer.rawValue)", metadata: ["error": "\(error)"])
        }
    }

    public func send(_ message: RelayMessage) {
        guard context != nil else { return }
        do {
            try outgoing.append(message)
            flushSoon()
        } catch {
            logger.error("message for the \(peer.rawValue) not sent", metadata: ["error": "\(error)"])
        }
    }

    private func flushSoon() {
        guard !flushIsDue else { return }
        flushIsDue = true
        flushes.add(self)
    }

    public func flush() {
        flushIsDue = false
        guard let context, let batch = outgoing.take() else { return }
        context.writeAndFlush(wrapOutboundOut(batch), promise: nil)
        outgoing.reuse(consume batch, isSent: context.channel.hasSentEverything)
    }

    /// Closes once everything that was sent in this tick is out.
    public func close() {
        guard let context, !isClosing else { return }
        isClosing = true
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.assumeIsolated().execute {
            let batch = self.outgoing.take() ?? ByteBuffer()
            let sent = bound.value.eventLoop.makePromise(of: Void.self)
            sent.futureResult.whenComplete { _ in bound.value.close(promise: nil) }
            bound.value.writeAndFlush(self.wrapOutboundOut(batch), promise: sent)
        }
    }

    // MARK: From the peer

    func receive(_ body: UnsafeRawBufferPointer) -> Bool {
        guard let packet = SessionPacket(body) else { return false }
        delegate?.receive(UnsafeRawBufferPointer(rebasing: body[packet.message]), of: packet.session)
        return true
    }

    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let packet = Packet(body: unwrapInboundIn(data))
        guard packet.body.readableBytes > Self.largestOnLoop else {
            return take(Result { try packet.decode(RelayMessage.self) })
        }
        // Ends by itself: it only decodes. Messages of this size are batches and their answers, which may come later
        // than what was sent after them.
        context.eventLoop.makeFutureWithTask { try packet.decode(RelayMessage.self) }.assumeIsolated()
            .whenComplete { self.take($0) }
    }

    private func take(_ message: Result<RelayMessage, any Error>) {
        do {
            delegate?.receive(try message.get())
        } catch is UnknownMessageType {
            // A newer peer may send messages that this version does not know.
        } catch {
            logger.warning("\(peer.rawValue) sent something that is no message", metadata: ["error": "\(error)"])
            context?.close(promise: nil)
        }
    }

    public func channelReadComplete(context: ChannelHandlerContext) {
        delegate?.receivedAll()
        context.fireChannelReadComplete()
    }

    // MARK: The connection

    public func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        delegate?.writabilityChanged()
        context.fireChannelWritabilityChanged()
    }

    public func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent { delegate?.shouldQuiesce() }
        context.fireUserInboundEventTriggered(event)
    }

    public func channelInactive(context: ChannelHandlerContext) {
        isWritable = true
        delegate?.closed()
        delegate = nil
        context.fireChannelInactive()
    }

    public func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.warning("\(peer.rawValue) link broken", metadata: ["error": "\(error)"])
        context.close(promise: nil)
    }
}
