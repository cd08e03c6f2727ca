import NIOCore
import NIOPosix
public import NIOSSL

/// Ends TLS in front of a plain server on loopback, as nginx would.
public final class TLSFront: Sendable {
    private let channel: any Channel

    public let port: Int

    /// - Parameters:
    ///   - identity: what it shows to clients.
    ///   - target: port of the plain server; nil if no client comes that far.
    ///   - newest: the newest version of TLS that it speaks.
    public init(_ identity: TestAuthority.Identity, to target: Int? = nil, newest: TLSVersion? = nil) async throws {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(identity.certificate).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: identity.key, format: .pem)))
        configuration.minimumTLSVersion = .tlsv1
        configuration.maximumTLSVersion = newest
        let context = try NIOSSLContext(configuration: configuration)
        let group = MultiThreadedEventLoopGroup.singleton
        channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { inner in
                inner.eventLoop.makeCompletedFuture {
                    try inner.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                }.flatMap {
                    guard let target else { return inner.setOption(.autoRead, value: true) }
                    return ClientBootstrap(group: inner.eventLoop).channelInitializer { outer in
                        outer.eventLoop.makeCompletedFuture {
                            try outer.pipeline.syncOperations.addHandler(ForwardingHandler(to: inner))
                            try inner.pipeline.syncOperations.addHandler(ForwardingHandler(to: outer))
                        }
                    }
                    .connect(host: "127.0.0.1", port: target)
                    .flatMap { _ in inner.setOption(.autoRead, value: true) }
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    public func stop() async { try? await channel.close() }
}
