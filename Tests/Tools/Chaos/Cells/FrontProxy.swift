import NIOCore
import NIOPosix
import Synchronization
import TestSupport

/// A load balancer that ignores affinity: each connection goes to the next gateway in turn, whether that lives or not.
final class FrontProxy: Sendable {
    let port: Int
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let listener: any Channel

    /// - Parameter ports: of the gateways, on loopback.
    init(to ports: [Int]) async throws {
        let turn = Atomic(0)
        let next: @Sendable () -> Int = {
            ports[turn.wrappingAdd(1, ordering: .relaxed).oldValue % max(1, ports.count)]
        }
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
                        for channel in [client, server] {
                            channel.setOption(.autoRead, value: true).whenComplete { _ in }
                        }
                    }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = listener.localAddress?.port ?? 0
    }

    func stop() async {
        try? await listener.close()
        try? await group.shutdownGracefully()
    }
}
