import NIOCore
import NIOPosix
import TestSupport

/// A proxy between the processes and a server, so that connections can be cut without the server knowing.
final class Proxy: Sendable {
    enum Mode: Sendable {
        case open
        /// Connections stay open, but nothing gets through in either direction.
        case blackhole
        /// What the processes send is not read; what the server sends still gets through.
        case deaf

        func lets(fromClient isFromClient: Bool) -> Bool {
            switch self {
            case .open: true
            case .blackhole: false
            case .deaf: !isFromClient
            }
        }
    }

    let port: Int
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let listener: any Channel
    private let connections: ProxyConnections

    /// - Parameter port: port of the server, on loopback.
    convenience init(to port: Int) async throws { try await self.init { port } }

    /// - Parameter next: port of the server that the next connection goes to, on loopback.
    init(_ next: @escaping @Sendable () -> Int) async throws {
        let connections = ProxyConnections()
        self.connections = connections
        let group = group
        listener = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { client in
                ClientBootstrap(group: client.eventLoop)
                    .channelOption(.autoRead, value: false)
                    .connect(host: "127.0.0.1", port: next())
                    .flatMapThrowing { server in
                        try client.pipeline.syncOperations.addHandler(ForwardingHandler(to: server))
                        try server.pipeline.syncOperations.addHandler(ForwardingHandler(to: client))
                        connections.add(client: client, server: server)
                    }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        self.port = listener.localAddress?.port ?? 0
    }

    func set(_ mode: Mode) { connections.mode = mode }

    /// Ends every connection with a reset instead of an orderly close.
    func reset() { connections.reset() }

    func stop() async {
        try? await listener.close()
        connections.reset()
        try? await group.shutdownGracefully()
    }
}
