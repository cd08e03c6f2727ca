import Domain
import Foundation
import HTTPTypes
import Intake
import Logging
import Metrics
import NIOCore
import Wire

/// The gateway's end of the connection to one relay: seats for clients, and batches of events that wait for their
/// answer.
///
/// Lives on one event loop together with the sockets of its clients. What clients send in one tick goes out in one
/// write; what the relay sends in one read is flushed to each client once.
final class RelayLink: SessionLinkDelegate {
    /// Maximum size of the messages that wait for a client whose upgrade is not finished, in bytes: the first of a
    /// session.
    private static let earlyLimit = 1 << 20
    private static let attachTimeout = TimeAmount.seconds(5)
    /// Short, because the store can still be asked after it.
    private static let rejoinTimeout = TimeAmount.milliseconds(500)
    private static let submitTimeout = TimeAmount.seconds(10)
    /// Maximum number of event batches that wait for their answer.
    private static let submitLimit = 1024

    private static let timeout = Problem(
        .serviceUnavailable, .relayTimeout, "The relay did not answer in time.", retryAfter: 2)

    private enum Seat {
        case asked(EventLoopPromise<Attachment>, Scheduled<Void>)
        /// Given by the relay. The client's socket is not ready yet: what has come for it so far.
        case reserved(Reserved)
        case taken(ClientSocket)
    }

    private let queued = Meter(label: GatewayMetrics.queued, dimensions: [("to", "clients")])
    /// What this link has added to it.
    private var queuedBytes = 0

    private struct Reserved {
        var early: [ByteBuffer] = []
        var bytes = 0
        var isPaused = false
        var closing: (CloseCode, String)?
    }

    private typealias Submission = (promise: EventLoopPromise<LateEvents.Answer>, deadline: Scheduled<Void>)

    private let channel: any Channel
    private let link: SessionLink
    private let logger: Logger
    private var seats: [Int: Seat] = [:]
    private var submissions: [String: Submission] = [:]
    private var lastNumber = 0
    /// Clients that got something since the last flush.
    private var touched: [ClientSocket] = []

    /// On the channel's event loop.
    ///
    /// - Throws: as `SessionLink.join`.
    init(channel: any Channel, logger: Logger) throws {
        self.channel = channel
        self.logger = logger
        link = SessionLink(to: .relay, on: channel.eventLoop, logger: logger)
        try link.join(channel, as: self)
        measureQueues()
    }

    // MARK: To the relay

    /// False while more waits for the relay than should: its clients are not read meanwhile.
    var isWritable: Bool { link.isWritable }

    /// Appends one message of a session. `content` writes all of it into a buffer of exactly `length` bytes.
    func send(of session: Int, length: Int, content: (UnsafeMutableRawBufferPointer) -> Void) {
        link.send(of: session, length: length, content: content)
    }

    func send(_ message: RelayMessage) {
        link.send(message)
    }

    // MARK: Seats

    /// - Parameter tokenHash: of the client's token, when the relay must check it: see `RelayMessage.rejoin`.
    func attach(_ session: SessionID, tokenHash: String? = nil, requestId: String) -> EventLoopFuture<Attachment> {
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
        let attach = RelayMessage.Attach(s: number, sessionId: session, requestId: requestId)
        send(tokenHash.map { .rejoin(attach, tokenHash: $0) } ?? .attach(attach))
        return promise.futureResult
    }

    /// Puts the client's socket on the seat that was kept for it, and hands it what has come already.
    func seat(_ socket: ClientSocket, at number: Int) {
        guard case .reserved(let reserved) = seats[number] else {
            // The relay was lost, or ended the session, before the client was connected.
            return socket.goAway(reason: "relay_lost")
        }
        seats[number] = .taken(socket)
        if reserved.isPaused { socket.relayAsks(toPause: true) }
        for message in reserved.early { message.withUnsafeReadableBytes { _ = socket.deliver($0) } }
        if let (code, reason) = reserved.closing {
            seats[number] = nil
            socket.close(code: code, reason: reason)
        }
        socket.flush()
    }

    /// The client has left, or never came.
    func detach(_ number: Int, code: Int?) {
        guard let seat = seats.removeValue(forKey: number) else { return }
        if case .asked(let promise, let deadline) = seat {
            deadline.cancel()
            promise.fail(Self.timeout)
        }
        send(.detach(s: number, code: code))
    }

    // MARK: Events of a REST batch

    func submit(_ events: [ClientEvent], to session: SessionID) -> EventLoopFuture<LateEvents.Answer> {
        let promise = channel.eventLoop.makePromise(of: LateEvents.Answer.self)
        // A relay that reads nothing must not have what it forgets waiting in memory.
        guard channel.isActive, isWritable, submissions.count < Self.submitLimit else {
            promise.fail(RelayBridge.noRelay)
            return promise.futureResult
        }
        lastNumber += 1
        let id = String(lastNumber)
        let deadline = channel.eventLoop.assumeIsolated().scheduleTask(in: Self.submitTimeout) {
            self.answer(id, .failure(Self.timeout))
        }
        submissions[id] = (promise, deadline)
        send(.submitEvents(id: id, sessionId: session, events: events))
        return promise.futureResult
    }

    private func answer(_ id: String, _ result: Result<LateEvents.Answer, any Error>) {
        guard let submission = submissions.removeValue(forKey: id) else { return }
        submission.deadline.cancel()
        submission.promise.completeWith(result)
    }

    // MARK: From the relay

    func receivedAll() {
        let sockets = touched
        touched.removeAll(keepingCapacity: true)
        for socket in sockets { socket.flush() }
    }

    func receive(_ message: UnsafeRawBufferPointer, of number: Int) {
        switch seats[number] {
        case .taken(let socket):
            if socket.deliver(message) { touched.append(socket) }
        case .reserved(var reserved):
            reserved.bytes += message.count
            guard reserved.bytes <= Self.earlyLimit else { return detach(number, code: nil) }
            reserved.early.append(ByteBuffer(bytes: message))
            seats[number] = .reserved(reserved)
        // It was on its way when the client left.
        case .asked, nil: break
        }
    }

    func receive(_ message: RelayMessage) {
        switch message {
        case .attached(let number):
            guard case .asked(let promise, let deadline) = seats[number] else { return }
            deadline.cancel()
            seats[number] = .reserved(Reserved())
            let bound = NIOLoopBound(self, eventLoop: channel.eventLoop)
            promise.succeed(Attachment(session: number, link: bound, eventLoop: channel.eventLoop))
        case .refused(let number, let refusal):
            guard case .asked(let promise, let deadline) = seats.removeValue(forKey: number) else { return }
            deadline.cancel()
            promise.fail(refusal)
        case .close(let number, let code, let reason):
            switch seats[number] {
            case .taken(let socket):
                seats[number] = nil
                socket.close(code: code, reason: reason)
            case .reserved(var reserved):
                reserved.closing = (code, reason)
                seats[number] = .reserved(reserved)
            case .asked, nil: break
            }
        case .pause(let number): hold(number, back: true)
        case .resume(let number): hold(number, back: false)
        case .eventsStored(let id, let results, let rejudging):
            answer(id, .success(LateEvents.Answer(results: results, isRejudging: rejudging)))
        case .failed(let id, let refusal): answer(id, .failure(refusal))
        case .attach, .rejoin, .detach, .submitEvents:
            logger.warning("relay sent a message that only a gateway sends")
        }
    }

    private func hold(_ number: Int, back isPaused: Bool) {
        switch seats[number] {
        case .taken(let socket): socket.relayAsks(toPause: isPaused)
        case .reserved(var reserved):
            reserved.isPaused = isPaused
            seats[number] = .reserved(reserved)
        case .asked, nil: break
        }
    }

    // MARK: The connection

    func writabilityChanged() {
        for case .taken(let socket) in seats.values { socket.linkIsWritable(isWritable) }
    }

    private static let measureInterval = TimeAmount.seconds(5)

    /// Measures what waits for the clients, now and from time to time.
    private func measureQueues() {
        var bytes = 0
        for case .taken(let socket) in seats.values { bytes += socket.queuedBytes }
        showQueued(bytes)
        channel.eventLoop.assumeIsolated().scheduleTask(in: Self.measureInterval) { [weak self] in
            guard let self, self.channel.isActive else { return }
            self.measureQueues()
        }
    }

    /// Several links add up.
    private func showQueued(_ bytes: Int) {
        queued.increment(by: Double(bytes - queuedBytes))
        queuedBytes = bytes
    }

    func closed() {
        showQueued(0)
        let (seats, submissions) = (seats, submissions)
        self.seats = [:]
        self.submissions = [:]
        // The sockets hold this object, and no read comes any more that would flush them.
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
    }
}
