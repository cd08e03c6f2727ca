public import Domain
public import Foundation
public import Logging
public import NIOCore
public import NIOPosix
public import ServiceLifecycle
import Synchronization

/// Serves a service's Unix socket: other processes' control links, one task each; the multiplexed session links of
/// gateways on plain channel handlers; and operators' `curl` (`StatusEndpoints`).
///
/// Binds `<SOCKET_DIR>/<service>/<instance>.sock` (0600, in a 0700 folder) and lets in only peers of the same user or
/// root. At a graceful stop the socket gets a name that no peer looks for and answers operators alone, control links get
/// no more packets but may still be written to until `serve` returns, and session links get a
/// `ChannelShouldQuiesceEvent`; `run` returns when all are closed.
public final class UnixServer: Service {
    /// More than the processes on one machine need; stops a peer that opens connections without end.
    static let connectionLimit = 1024

    private let own: Hello
    private let sockets: SocketDirectory
    private let service: ServiceName
    private let status: StatusEndpoints
    private let admits: @Sendable (_ user: uid_t) -> Bool
    private let group: any EventLoopGroup
    private let logger: Logger
    private let sessions: (@Sendable (any Channel, Hello) throws -> Void)?
    private let serve: (@Sendable (Connection) async throws -> Void)?
    private let open = Mutex(Open())

    private struct Open {
        var peers: [ObjectIdentifier: Peer] = [:]
        var isStopping = false
    }

    private struct Peer {
        enum Role {
            /// No hello yet, or an operator's HTTP request.
            case unknown
            case control(Connection)
            case sessions
        }

        let channel: any Channel
        var role = Role.unknown
    }

    /// - Parameters:
    ///   - serve: serves one control link for as long as it lives. What it throws is logged and ends that link alone.
    ///     Nil refuses control links.
    ///   - sessions: adds the handlers of a session link, on its event loop. Nil refuses session links.
    ///   - cell: the cell that the service belongs to, for the other end.
    ///   - admits: whether a peer that runs as this user is let in.
    public init(
        at sockets: SocketDirectory, service: ServiceName, instance: String, cell: String? = nil,
        status: StatusEndpoints, logger: Logger,
        on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        serve: (@Sendable (Connection) async throws -> Void)? = nil,
        sessions: (@Sendable (any Channel, Hello) throws -> Void)? = nil,
        admitting admits: @escaping @Sendable (_ user: uid_t) -> Bool = UnixServer.isOwnOrRoot
    ) {
        self.own = Hello(service: service, instance: instance, cell: cell)
        self.sockets = sockets
        self.service = service
        self.status = status
        self.admits = admits
        self.group = group
        self.logger = logger
        self.sessions = sessions
        self.serve = serve
    }

    /// Root may do anything anyway; letting it in makes `sudo curl --unix-socket` work.
    public static func isOwnOrRoot(_ user: uid_t) -> Bool {
        user == geteuid() || user == 0
    }

    public func run() async throws {
        let file = SocketFile(path: try sockets.socket(of: service, instance: own.instance))
        try file.prepare()
        // Bounded by `connectionLimit`.
        let (accepted, continuation) = AsyncStream.makeStream(of: Connection.self)
        let (listener, identity) = try await bind(file) { continuation.yield($0) }
        defer { file.remove(identity) }
        logger.info("listening", metadata: ["path": "\(file.path)"])
        let dead = ServiceFolder(of: service, in: sockets).removeDead(besides: own.instance)
        if !dead.isEmpty {
            logger.info("removed sockets of dead processes", metadata: ["of": "\(dead.joined(separator: ", "))"])
        }
        await withTaskCancellationOrGracefulShutdownHandler {
            // One peer's failure must not end the others' tasks, so the group's tasks cannot throw.
            await withDiscardingTaskGroup { group in
                for await connection in accepted {
                    group.addTask { await self.attend(connection) }
                }
            }
            await self.allClosed()
            listener.close(promise: nil)
        } onCancelOrGracefulShutdown: {
            file.retire(identity)
            continuation.finish()
            self.stop()
        }
    }

    private func bind(
        _ file: SocketFile, accept: @escaping @Sendable (Connection) -> Void
    ) async throws -> (listener: any Channel, identity: SocketFile.Identity) {
        do {
            let (descriptor, identity) = try file.bound()
            let listener = try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 256)
                .childChannelInitializer { channel in
                    PeerCredentials.of(channel).flatMapThrowing { peer in
                        guard self.admits(peer.user) else {
                            self.logger.warning("peer of another user refused", metadata: ["uid": "\(peer.user)"])
                            throw WireError(.foreignPeer, "peer runs as user \(peer.user)")
                        }
                        try self.greet(channel, accept: accept)
                    }
                }
                .withBoundSocket(descriptor).get()
            return (listener, identity)
        } catch let error as WireError {
            throw error
        } catch {
            throw WireError(.socketUnusable, "cannot listen on \(file.path)", cause: error)
        }
    }

    private func greet(_ channel: any Channel, accept: @escaping @Sendable (Connection) -> Void) throws {
        let isWelcome = open.withLock { open in
            guard open.peers.count < Self.connectionLimit else { return false }
            open.peers[ObjectIdentifier(channel)] = Peer(channel: channel)
            return true
        }
        guard isWelcome else { throw WireError(.queueFull, "no more connections") }
        channel.closeFuture.whenComplete { _ in
            self.open.withLock { _ = $0.peers.removeValue(forKey: ObjectIdentifier(channel)) }
        }
        try channel.pipeline.syncOperations.addHandler(
            GreetingHandler(
                own: own, speaksFirst: false, timeout: PacketChannel.timeout, status: status,
                admit: {
                    guard !self.open.withLock({ $0.isStopping }) else { throw WireError(.connectionLost, "stopping") }
                },
                install: { peer in
                    switch peer.purpose {
                    case .sessions:
                        guard let sessions = self.sessions else {
                            throw WireError(.badHello, "this process has no sessions")
                        }
                        try self.admit(channel, as: .sessions)
                        try sessions(channel, peer)
                    case .control:
                        guard self.serve != nil else {
                            throw WireError(.badHello, "this process takes no control links")
                        }
                        let connection = try Connection.install(on: channel, peer: peer)
                        try self.admit(channel, as: .control(connection))
                        accept(connection)
                    }
                },
                failed: { error in
                    // A connection that only tested whether this process listens.
                    let isProbe = (error as? WireError)?.code == .connectionLost
                    self.logger.log(level: isProbe ? .debug : .warning, "link refused", metadata: ["error": "\(error)"])
                }))
    }

    /// - Throws: when the stop has begun, because nothing would end the link any more.
    private func admit(_ channel: any Channel, as role: Peer.Role) throws {
        try open.withLock { open in
            guard !open.isStopping else { throw WireError(.connectionLost, "stopping") }
            open.peers[ObjectIdentifier(channel)]?.role = role
        }
    }

    private func attend(_ connection: Connection) async {
        var logger = logger
        logger[metadataKey: "peer"] = "\(connection.peer.service)/\(connection.peer.instance)"
        logger.debug("link opened")
        do {
            try await serve?(connection)
            logger.debug("link closed")
        } catch {
            logger.warning("link ended", metadata: ["error": "\(error)"])
        }
        connection.close()
    }

    private func stop() {
        let peers = open.withLock { open in
            open.isStopping = true
            return Array(open.peers.values)
        }
        for peer in peers {
            switch peer.role {
            case .unknown: peer.channel.close(promise: nil)
            case .control(let connection): connection.stopReading()
            case .sessions: peer.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
            }
        }
    }

    private func allClosed() async {
        let channels = open.withLock { $0.peers.values.map(\.channel) }
        await withTaskCancellationHandler {
            for channel in channels { try? await channel.closeFuture.get() }
        } onCancel: {
            for channel in channels { channel.close(promise: nil) }
        }
    }
}
