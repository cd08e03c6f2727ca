import Domain
import Foundation
import HTTPTypes
import Intake
import Logging
import NIOCore
import Wire

/// The connection to one relay: sessions' packets both ways, by number, and what the two processes say to each other.
///
/// Lives on one event loop together with the sockets of its clients. What clients send in one turn of the loop goes out
/// in one write; what the relay sends in one read is flushed to each client once.
final class RelayLink: ChannelInboundHandler, PacketReceiver {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What may wait for a client whose upgrade is not finished yet, in bytes: the first messages of a session.
    private static let earlyLimit = 1 << 20
    private static let attachTimeout = TimeAmount.seconds(5)
    /// The store can still be asked after that.
    private static let rejoinTimeout = TimeAmount.milliseconds(500)
    private static let submitTimeout = TimeAmount.seconds(10)
    /// Batches of events that may wait for their answer.
    private static let submitLimit = 1024

    private static let timeout = Problem(
        .serviceUnavailable, "relay_timeout", "The relay did not answer in time.", retryAfter: 2)

    private enum Seat {
        case asked(EventLoopPromise<Attachment>, Scheduled<Void>)
        /// Given by the relay, the client's socket not there yet: what came for it in the meantime.
        case reserved(early: [ByteBuffer], bytes: Int, closing: (Int, String)?)
        case taken(ClientSocket)
    }

    private typealias Submission = (promise: EventLoopPromise<LateEvents.Answer>, deadline: Scheduled<Void>)

    private let channel: any Channel
    private var context: ChannelHandlerContext?
    private let logger: Logger
    private var seats: [Int: Seat] = [:]
    private var submissions: [String: Submission] = [:]
    private var lastNumber = 0
    private var outgoing = LinkBatch()
    private var isFlushScheduled = false
    /// Those who got something since the last flush.
    private var touched: [ClientSocket] = []

    init(channel: any Channel, logger: Logger) {
        self.channel = channel
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        do {
            try context.pipeline.syncOperations.handler(type: PacketHandler.self).receiver = self
        } catch {
            logger.critical("no packets come from this relay", metadata: ["error": "\(error)"])
            return context.close(promise: nil)
        }
        SessionPacket.prepare(channel)
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    /// False while more waits for the relay than should: its clients are not read from then.
    private(set) var isWritable = true

    // MARK: To the relay

    /// Appends one message of a session, which `content` writes, all of it, into room of just that length.
    func send(of session: Int, length: Int, content: (UnsafeMutableRawBufferPointer) -> Void) {
        do {
            try outgoing.append(session: session, length: length, content: content)
            scheduleFlush()
        } catch {
            // Clients' messages end at 1 MiB, packets at 16.
            logger.error("message too large for the relay", metadata: ["error": "\(error)"])
        }
    }

    func tell(_ message: RelayMessage) {
        do {
            try outgoing.append(message)
            scheduleFlush()
        } catch {
            logger.error("message for the relay not sent", metadata: ["error": "\(error)"])
        }
    }

    /// Once per turn of the loop, after all sockets that are ready have been read: system calls are what costs.
    private func scheduleFlush() {
        guard !isFlushScheduled else { return }
        isFlushScheduled = true
        channel.eventLoop.assumeIsolated().execute { self.flush() }
    }

    private func flush() {
        isFlushScheduled = false
        guard let context, let batch = outgoing.take() else { return }
        context.writeAndFlush(wrapOutboundOut(batch), promise: nil)
        outgoing.reuse(consume batch, isSent: channel.hasSentEverything)
    }

    // MARK: Seats

    /// - Parameter tokenHash: of the client's token, when the relay is to check it: see `RelayMessage.rejoin`.
    func attach(
        _ session: SessionID, tokenHash: String? = nil, requestId: String, link: NIOLoopBound<RelayLink>
    ) -> EventLoopFuture<Attachment> {
        let promise = channel.eventLoop.makePromise(of: Attachment.self)
        guard channel.isActive else {
            promise.fail(RelayBridge.noRelay)
            return promise.futureResult
        }
        lastNumber += 1
        let number = lastNumber
        let limit = tokenHash == nil ? Self.attachTimeout : Self.rejoinTimeout
        let deadline = channel.eventLoop.assumeIsolated().scheduleTask(in: limit) { self.detach(number, code: nil) }
        seats[number] = .asked(promise, deadline)
        self.link = link
        let attach = RelayMessage.Attach(s: number, sessionId: session, requestId: requestId)
        tell(tokenHash.map { .rejoin(attach, tokenHash: $0) } ?? .attach(attach))
        return promise.futureResult
    }

    /// This object, as `Attachment` needs it.
    private var link: NIOLoopBound<RelayLink>?

    /// Puts the client's socket on the seat that was kept for it, and hands it what has come already.
    func seat(_ socket: ClientSocket, at number: Int) {
        guard case .reserved(let early, _, let closing) = seats[number] else {
            // The relay went away, or ended the session, before the client was there.
            return socket.goAway(reason: "relay_lost")
        }
        seats[number] = .taken(socket)
        for message in early { message.withUnsafeReadableBytes { _ = socket.deliver($0) } }
        if let closing {
            seats[number] = nil
            socket.close(code: closing.0, reason: closing.1)
        }
        socket.flush()
    }

    /// The client has gone, or never came.
    func detach(_ number: Int, code: Int?) {
        guard let seat = seats.removeValue(forKey: number) else { return }
        if case .asked(let promise, let deadline) = seat {
            deadline.cancel()
            promise.fail(Self.timeout)
        }
        tell(.detach(s: number, code: code))
    }

    // MARK: Events of a REST batch

    func submit(_ events: [ClientEvent], to session: SessionID) -> EventLoopFuture<LateEvents.Answer> {
        let promise = channel.eventLoop.makePromise(of: LateEvents.Answer.self)
        guard channel.isActive, submissions.count < Self.submitLimit else {
            promise.fail(RelayBridge.noRelay)
            return promise.futureResult
        }
        lastNumber += 1
        let id = String(lastNumber)
        let deadline = channel.eventLoop.assumeIsolated().scheduleTask(in: Self.submitTimeout) {
            self.answer(id, .failure(Self.timeout))
        }
        submissions[id] = (promise, deadline)
        tell(.submitEvents(id: id, sessionId: session, events: events))
        return promise.futureResult
    }

    private func answer(_ id: String, _ result: Result<LateEvents.Answer, any Error>) {
        guard let submission = submissions.removeValue(forKey: id) else { return }
        submission.deadline.cancel()
        submission.promise.completeWith(result)
    }

    // MARK: From the relay

    func receive(_ body: UnsafeRawBufferPointer) -> Bool {
        guard let packet = SessionPacket(body) else { return false }
        deliver(UnsafeRawBufferPointer(rebasing: body[packet.message]), to: packet.session)
        return true
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let body = unwrapInboundIn(data)
        do {
            handle(try Packet(body: body).decode(RelayMessage.self))
        } catch is UnknownMessageType {
            // A newer relay knows more; what it adds can be left alone.
        } catch {
            logger.warning("relay sent something else than a message", metadata: ["error": "\(error)"])
            context.close(promise: nil)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        let sockets = touched
        touched.removeAll(keepingCapacity: true)
        for socket in sockets { socket.flush() }
        context.fireChannelReadComplete()
    }

    private func deliver(_ message: UnsafeRawBufferPointer, to number: Int) {
        switch seats[number] {
        case .taken(let socket):
            if socket.deliver(message) { touched.append(socket) }
        case .reserved(var early, let bytes, let closing):
            let bytes = bytes + message.count
            guard bytes <= Self.earlyLimit else { return detach(number, code: nil) }
            early.append(ByteBuffer(bytes: message))
            seats[number] = .reserved(early: early, bytes: bytes, closing: closing)
        // What was on its way when the client left.
        case .asked, nil: break
        }
    }

    private func handle(_ message: RelayMessage) {
        switch message {
        case .attached(let number):
            guard case .asked(let promise, let deadline) = seats[number], let link else { return }
            deadline.cancel()
            seats[number] = .reserved(early: [], bytes: 0, closing: nil)
            promise.succeed(Attachment(session: number, link: link, eventLoop: channel.eventLoop))
        case .refused(let number, let refusal):
            guard case .asked(let promise, let deadline) = seats.removeValue(forKey: number) else { return }
            deadline.cancel()
            promise.fail(refusal)
        case .close(let number, let code, let reason):
            switch seats[number] {
            case .taken(let socket):
                seats[number] = nil
                socket.close(code: code, reason: reason)
            case .reserved(let early, let bytes, _):
                seats[number] = .reserved(early: early, bytes: bytes, closing: (code, reason))
            case .asked, nil: break
            }
        case .pause(let number):
            if case .taken(let socket) = seats[number] { socket.relayAsks(toPause: true) }
        case .resume(let number):
            if case .taken(let socket) = seats[number] { socket.relayAsks(toPause: false) }
        case .eventsStored(let id, let results, let rejudging):
            answer(id, .success(LateEvents.Answer(results: results, isRejudging: rejudging)))
        case .failed(let id, let refusal): answer(id, .failure(refusal))
        case .attach, .rejoin, .detach, .submitEvents:
            logger.warning("relay sent a message that only a gateway sends")
        }
    }

    // MARK: The connection

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        for case .taken(let socket) in seats.values { socket.linkIsWritable(isWritable) }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        let (seats, submissions) = (seats, submissions)
        self.seats = [:]
        self.submissions = [:]
        // They hold this object, and nothing is read any more that would have them flushed.
        touched = []
        for seat in seats.values {
            switch seat {
            case .asked(let promise, let deadline):
                deadline.cancel()
                promise.fail(RelayBridge.noRelay)
            case .reserved: break
            case .taken(let socket): socket.goAway(reason: "relay_lost")
            }
        }
        for submission in submissions.values {
            submission.deadline.cancel()
            submission.promise.fail(RelayBridge.noRelay)
        }
        // The seats' attachments hold this object, and the link is what they hold it by.
        link = nil
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.warning("relay link broken", metadata: ["error": "\(error)"])
        context.close(promise: nil)
    }
}
