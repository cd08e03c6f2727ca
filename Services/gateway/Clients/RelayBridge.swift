import Domain
import Foundation
import HTTPTypes
import Intake
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization
import Wire

/// The gateway's way to the relays: one connection to each that is live (`PeerWatch`), which carries all its sessions.
///
/// A relay that drains removes its socket, keeps its sessions and gets no new ones.
final class RelayBridge: Service {
    let eventLoop: any EventLoop
    private let watch: PeerWatch
    private let own: Hello
    private let logger: Logger
    private let links = Mutex<[String: NIOLoopBound<RelayLink>]>([:])
    private let ownCell = Mutex<String?>(nil)

    /// - Parameter eventLoop: where clients' sockets live too, so that no packet changes its thread.
    init(in sockets: SocketDirectory, instance: String, eventLoop: any EventLoop, logger: Logger) {
        self.eventLoop = eventLoop
        self.watch = PeerWatch(of: .relay, in: sockets, logger: logger)
        self.own = Hello(service: .gateway, instance: instance, purpose: .sessions)
        self.logger = logger
    }

    func run() async throws {
        await watch.run { instance, path in
            let channel = try await self.connect(instance, path)
            self.logger.info("linked", metadata: ["to": "relay/\(instance)"])
            await withTaskCancellationHandler {
                try? await channel.closeFuture.get()
            } onCancel: {
                channel.close(promise: nil)
            }
            self.logger.info("link lost", metadata: ["to": "relay/\(instance)"])
        }
    }

    private func connect(_ instance: String, _ path: String) async throws -> any Channel {
        try await PacketChannel.connect(to: path, as: own, on: eventLoop) { channel, relay in
            if let cell = relay.cell { self.ownCell.withLock { $0 = cell } }
            let link = try RelayLink(channel: channel, logger: self.logger)
            let bound = NIOLoopBound(link, eventLoop: channel.eventLoop)
            self.links.withLock { $0[instance] = bound }
            // At once: clients reconnect as soon as they learn of the loss, and must not get a dead link.
            channel.closeFuture.whenComplete { _ in
                self.links.withLock { _ = $0.removeValue(forKey: instance) }
            }
        }
    }

    // MARK: Choosing

    /// Whether there is a relay that takes new sessions.
    var hasRelay: Bool {
        links.withLock { $0.keys }.contains { watch.hasSocket(of: $0) }
    }

    /// The name of our cell; nil until a relay has said it.
    var cell: String? { ownCell.withLock { $0 } }

    /// The instances with an open link.
    var linkedRelays: Set<String> { Set(links.withLock { $0.keys }) }

    /// The relay that holds the session, or the one that will.
    ///
    /// - Throws: `noRelay`.
    private func link(for session: SessionID, heldBy owner: String?) throws(Problem) -> NIOLoopBound<RelayLink> {
        let links = links.withLock { $0 }
        if let owner, let link = links[owner] { return link }
        guard let chosen = Rendezvous.pick(for: session.text, among: links.keys.filter { watch.hasSocket(of: $0) }),
            let link = links[chosen]
        else { throw Self.noRelay }
        return link
    }

    static let noRelay = Problem(
        .serviceUnavailable, .noRelay, "No process is there that could hold the session.", retryAfter: 2)

    // MARK: Asking

    /// Asks the session's relay for a place for a client.
    ///
    /// - Throws: the relay's refusal, or a `Problem` when there is no relay or no answer within 5 s.
    func attach(_ session: SessionAccess, requestId: String) async throws -> Attachment {
        let link = try link(for: session.sessionId, heldBy: session.relay)
        return try await eventLoop.flatSubmit {
            link.value.attach(session.sessionId, requestId: requestId)
        }.get()
    }

    /// Gives a client its place in a session that is live in one of the relays, which checks the token's hash itself:
    /// the store is not needed for that. Nil when no relay has such a session.
    func rejoin(_ session: SessionID, tokenHash: String, requestId: String) async -> Attachment? {
        let links = links.withLock { Array($0.values) }
        // All at once, and the first that has it is enough: a relay that hangs must not delay the sessions of the
        // others.
        return try? await eventLoop.flatSubmit { [eventLoop] () -> EventLoopFuture<Attachment?> in
            let found = eventLoop.makePromise(of: Attachment?.self)
            let answers = links.map { link in
                link.value.attach(session, tokenHash: tokenHash, requestId: requestId)
            }
            for answer in answers { answer.whenSuccess { found.succeed($0) } }
            EventLoopFuture.andAllComplete(answers, on: eventLoop).whenComplete { _ in found.succeed(nil) }
            return found.futureResult
        }.get()
    }

    /// Has the session's relay store events of a REST batch.
    ///
    /// - Throws: the relay's refusal, or a `Problem` when there is no relay or no answer within 10 s.
    func submit(_ events: [ClientEvent], to access: SessionAccess) async throws -> LateEvents.Answer {
        let session = access.sessionId
        let link = try link(for: session, heldBy: access.relay)
        return try await eventLoop.flatSubmit { link.value.submit(events, to: session) }.get()
    }
}
