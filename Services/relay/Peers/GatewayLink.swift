import Domain
import Logging
import NIOCore
import Wire

/// The relay's end of the connection to one gateway: the seats of its clients.
///
/// Lives on the sessions' event loop.
final class GatewayLink: SessionLinkDelegate {
    private let registry: SessionRegistry
    private let logger: Logger
    private let link: SessionLink
    private var seats: [Int: LiveSession] = [:]
    /// Clients that take no audio for now.
    private var paused: Set<Int> = []

    /// On the channel's event loop.
    ///
    /// - Throws: as `SessionLink.join`.
    init(channel: any Channel, registry: SessionRegistry, logger: Logger) throws {
        self.registry = registry
        self.logger = logger
        link = SessionLink(to: .gateway, on: channel.eventLoop, logger: logger)
        try link.join(channel, as: self)
        registry.add(self)
    }

    // MARK: From the gateway

    func receive(_ message: UnsafeRawBufferPointer, of number: Int) {
        // A message that was on its way when the session released its client is dropped.
        seats[number]?.receive(message, from: LiveSession.Seat(link: self, number: number))
    }

    func receive(_ message: RelayMessage) {
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
            registry.submit(events, to: sessionId, id: id) { [weak self] in self?.send($0) }
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
        send(.attached(s: number))
    }

    func refuse(_ number: Int, _ refusal: RelayMessage.Refusal) {
        send(.refused(s: number, refusal: refusal))
    }

    func close(_ number: Int, code: CloseCode, reason: String) {
        seats[number] = nil
        paused.remove(number)
        send(.close(s: number, code: code, reason: reason))
    }

    /// Whether audio for a client may be sent on, or should wait at its source.
    func takesAudio(for number: Int) -> Bool { link.isWritable && !paused.contains(number) }

    // MARK: To the gateway

    /// What waits to be sent.
    var queuedBytes: Int { link.queuedBytes }

    func send(_ message: ByteBuffer, to number: Int) {
        send(to: number, length: message.readableBytes) { buffer in
            message.withUnsafeReadableBytes { buffer.copyMemory(from: $0) }
        }
    }

    /// Appends one message of a session. `content` writes all of it into a buffer of exactly `length` bytes.
    func send(to number: Int, length: Int, content: (UnsafeMutableRawBufferPointer) -> Void) {
        link.send(of: number, length: length, content: content)
    }

    func send(_ message: RelayMessage) {
        link.send(message)
    }

    // MARK: The connection

    func writabilityChanged() {
        for session in seats.values { session.clientFlowChanged() }
    }

    func shouldQuiesce() { registry.drain() }

    /// Closes the link once everything is written. Called when no session is left.
    func finish() { link.close() }

    func closed() {
        let lost = seats
        seats = [:]
        paused = []
        for (number, session) in lost { session.detach(LiveSession.Seat(link: self, number: number)) }
        registry.remove(self)
    }
}
