import Domain
import Foundation
import HTTPTypes
import Intake
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization
import Wire

/// The gateway's way to the relays: one connection to each that is there, on which all its sessions travel.
///
/// Watches the relays' folder; connects to what appears, again and again while its socket is there. A relay that drains
/// removes its socket, keeps its sessions and gets no new ones.
final class RelayBridge: Service {
    private static let interval = Duration.milliseconds(250)

    let eventLoop: any EventLoop
    private let folder: ServiceFolder
    private let own: Hello
    private let logger: Logger
    private let state = Mutex(State())

    private struct State {
        var watched: Set<String> = []
        var links: [String: NIOLoopBound<RelayLink>] = [:]
    }

    /// - Parameter eventLoop: where clients' sockets live too, so that no packet changes threads.
    init(in sockets: SocketDirectory, instance: String, eventLoop: any EventLoop, logger: Logger) {
        self.eventLoop = eventLoop
        self.folder = ServiceFolder(of: .relay, in: sockets)
        self.own = Hello(service: .gateway, instance: instance, purpose: .sessions)
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                while !Task.isCancelled {
                    for instance in self.newInstances() {
                        group.addTask { await self.keep(instance) }
                    }
                    try? await Task.sleep(for: Self.interval)
                }
                group.cancelAll()
            }
        }
    }

    private func newInstances() -> [String] {
        let there = folder.instances()
        return state.withLock { state in
            let new = there.filter { !state.watched.contains($0) }
            state.watched.formUnion(new)
            return new
        }
    }

    /// Keeps the link to one relay for as long as its socket is there.
    private func keep(_ instance: String) async {
        defer { state.withLock { _ = $0.watched.remove(instance) } }
        var pause = Duration.milliseconds(50)
        while !Task.isCancelled, folder.has(instance) {
            do {
                let channel = try await connect(instance)
                pause = .milliseconds(50)
                logger.info("linked", metadata: ["to": "relay/\(instance)"])
                await withTaskCancellationHandler {
                    try? await channel.closeFuture.get()
                } onCancel: {
                    channel.close(promise: nil)
                }
                logger.info("link lost", metadata: ["to": "relay/\(instance)"])
            } catch {
                logger.debug("no link", metadata: ["to": "relay/\(instance)", "error": "\(error)"])
            }
            try? await Task.sleep(for: pause * Double.random(in: 0.5...1))
            pause = min(pause * 2, .seconds(2))
        }
    }

    private func connect(_ instance: String) async throws -> any Channel {
        try await PacketChannel.connect(to: try folder.path(of: instance), as: own, on: eventLoop) { channel, _ in
            let link = try RelayLink(channel: channel, logger: self.logger)
            let bound = NIOLoopBound(link, eventLoop: channel.eventLoop)
            self.state.withLock { $0.links[instance] = bound }
            // At once: the clients that hear of the loss come back, and must not be sent down a dead link.
            channel.closeFuture.whenComplete { _ in
                self.state.withLock { _ = $0.links.removeValue(forKey: instance) }
            }
        }
    }

    // MARK: Choosing

    /// Whether there is a relay that takes new sessions.
    var hasRelay: Bool {
        state.withLock { $0.links.keys }.contains { folder.has($0) }
    }

    /// Those that can be asked at the moment, by instance.
    var linkedRelays: Set<String> { Set(state.withLock { $0.links.keys }) }

    /// The relay that holds the session, or that is to hold it.
    ///
    /// - Throws: `noRelay`.
    private func link(for session: SessionID, heldBy owner: String?) throws(Problem) -> NIOLoopBound<RelayLink> {
        let links = state.withLock { $0.links }
        if let owner, let link = links[owner] { return link }
        guard let chosen = Rendezvous.pick(for: session.text, among: links.keys.filter { folder.has($0) }),
            let link = links[chosen]
        else { throw Self.noRelay }
        return link
    }

    static let noRelay = Problem(
        .serviceUnavailable, "no_relay", "No process is there that could hold the session.", retryAfter: 2)

    // MARK: Asking

    /// Tells the session's relay that a client is there.
    ///
    /// - Throws: the relay's refusal, or a `Problem` when there is no relay or no answer within 5 s.
    func attach(_ session: SessionAccess, requestId: String) async throws -> Attachment {
        let link = try link(for: session.sessionId, heldBy: session.relay)
        return try await eventLoop.flatSubmit {
            link.value.attach(session.sessionId, requestId: requestId)
        }.get()
    }

    /// Gives a client its place in a session that is live in one of the relays, which checks the token's hash itself: the
    /// store is not needed for that. Nil when no relay has such a session.
    func rejoin(_ session: SessionID, tokenHash: String, requestId: String) async -> Attachment? {
        let links = state.withLock { Array($0.links.values) }
        // All at once, and the first that has it is enough: one that has stopped must not hold up the sessions of the others.
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
