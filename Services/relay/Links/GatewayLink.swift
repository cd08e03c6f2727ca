import Foundation
import Logging
import NIOCore
import Wire

/// The connection to one gateway: the packets of all its clients' sessions, and what the two processes tell each other.
///
/// Lives on the sessions' event loop. What is written in one turn of it goes out in one system call.
final class GatewayLink: ChannelInboundHandler, PacketReceiver {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let registry: SessionRegistry
    private let logger: Logger
    private var context: ChannelHandlerContext?
    private var seats: [Int: LiveSession] = [:]
    /// Clients that take nothing more for now.
    private var paused: Set<Int> = []
    private var outgoing = LinkBatch()
    private var flushIsDue = false
    private var isClosing = false
    private var isWritable = true

    init(registry: SessionRegistry, logger: Logger) {
        self.registry = registry
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        do {
            try context.pipeline.syncOperations.handler(type: PacketHandler.self).receiver = self
        } catch {
            logger.critical("no packets come from this gateway", metadata: ["error": "\(error)"])
            return context.close(promise: nil)
        }
        SessionPacket.prepare(context.channel)
        registry.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    // MARK: From the gateway

    func receive(_ body: UnsafeRawBufferPointer) -> Bool {
        guard let packet = SessionPacket(body) else { return false }
        // What was on its way when the session let go of its client goes nowhere.
        seats[packet.session]?.receive(
            UnsafeRawBufferPointer(rebasing: body[packet.message]),
            from: LiveSession.Seat(link: self, number: packet.session))
        return true
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let body = unwrapInboundIn(data)
        do {
            handle(try Packet(body: body).decode(RelayMessage.self))
        } catch is UnknownMessageType {
            // A newer gateway may say more than this relay knows.
        } catch {
            logger.warning("gateway sent something that is no message", metadata: ["error": "\(error)"])
            context.close(promise: nil)
        }
    }

    private func handle(_ message: RelayMessage) {
        switch message {
        case .attach(let attach):
            registry.attach(attach, to: LiveSession.Seat(link: self, number: attach.s))
        case .rejoin(let attach, let tokenHash):
            registry.rejoin(attach, tokenHash: tokenHash, to: LiveSession.Seat(link: self, number: attach.s))
        case .detach(let number, _):
            paused.remove(number)
            let seat = LiveSession.Seat(link: self, number: number)
            if let session = seats.removeValue(forKey: number) {
                session.detach(seat)
            } else {
                registry.forget(seat)
            }
        case .submitEvents(let id, let sessionId, let events):
            registry.submit(events, to: sessionId, id: id) { [weak self] in self?.tell($0) }
        case .pause(let number):
            paused.insert(number)
            seats[number]?.clientFlowChanged()
        case .resume(let number):
            paused.remove(number)
            seats[number]?.clientFlowChanged()
        case .attached, .refused, .close, .eventsStored, .failed:
            logger.warning("gateway sent a message that only a relay sends")
        }
    }

    // MARK: Seats

    func seat(_ session: LiveSession, at number: Int) {
        seats[number] = session
        tell(.attached(s: number))
    }

    func refuse(_ number: Int, _ refusal: RelayMessage.Refusal) {
        tell(.refused(s: number, refusal: refusal))
    }

    func close(_ number: Int, code: Int, reason: String) {
        seats[number] = nil
        paused.remove(number)
        tell(.close(s: number, code: code, reason: reason))
    }

    /// Whether audio for a client may be sent on, or should wait at its source.
    func takesAudio(for number: Int) -> Bool { isWritable && !paused.contains(number) }

    // MARK: To the gateway

    func send(_ message: ByteBuffer, to number: Int) {
        send(to: number, length: message.readableBytes) { room in
            message.withUnsafeReadableBytes { room.copyMemory(from: $0) }
        }
    }

    /// Appends one message of a session, which `content` writes, all of it, into room of just that length.
    func send(to number: Int, length: Int, content: (UnsafeMutableRawBufferPointer) -> Void) {
        do {
            try outgoing.append(session: number, length: length, content: content)
            flushSoon()
        } catch {
            logger.error("a message is too large for its packet", metadata: ["error": "\(error)"])
        }
    }

    func tell(_ message: RelayMessage) {
        do {
            try outgoing.append(message)
            flushSoon()
        } catch {
            logger.error("a message for the gateway cannot be written", metadata: ["error": "\(error)"])
        }
    }

    /// Once per turn of the loop, after everything that has come is read: system calls are what costs.
    private func flushSoon() {
        guard !flushIsDue, let context else { return }
        flushIsDue = true
        context.eventLoop.assumeIsolated().execute { self.flush() }
    }

    private func flush() {
        flushIsDue = false
        guard let context, let batch = outgoing.take() else { return }
        context.writeAndFlush(wrapOutboundOut(batch), promise: nil)
        outgoing.reuse(consume batch, isSent: context.channel.hasSentEverything)
    }

    // MARK: The connection

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        for session in seats.values { session.clientFlowChanged() }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent { registry.drain() }
        context.fireUserInboundEventTriggered(event)
    }

    /// Closes once everything is out: no session is left.
    func finish() {
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

    func channelInactive(context: ChannelHandlerContext) {
        let lost = seats
        seats = [:]
        paused = []
        // What is sent here goes nowhere and holds nobody back.
        isWritable = true
        for (number, session) in lost { session.detach(LiveSession.Seat(link: self, number: number)) }
        registry.remove(self)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.warning("gateway link broken", metadata: ["error": "\(error)"])
        context.close(promise: nil)
    }
}
