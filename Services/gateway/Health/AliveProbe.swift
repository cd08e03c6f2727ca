import NIOCore
import NIOPosix
import NIOSSL

/// Asks a gateway over its own port, as a client would, whether it is alive.
struct AliveProbe {
    /// For the connection and its answer together.
    private static let patience = TimeAmount.seconds(3)

    private let address: GatewayAddress

    init(_ address: GatewayAddress) {
        self.address = address
    }

    /// - Returns: why there is no good answer; nil if there is one.
    func problem() async -> String? {
        do {
            let line = try await statusLine()
            return line.hasPrefix("HTTP/1.1 200") ? nil : line
        } catch {
            return "no answer on \(address.host):\(address.port): \(error)"
        }
    }

    private func statusLine() async throws -> String {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let context = try address.isTLS ? Self.context() : nil
        let line = loop.makePromise(of: String.self)
        let deadline = loop.scheduleTask(in: Self.patience) {
            line.fail(ChannelError.connectTimeout(Self.patience))
        }
        defer { deadline.cancel() }
        ClientBootstrap(group: loop)
            .connectTimeout(Self.patience)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: context, serverHostname: nil))
                    }
                    try channel.pipeline.syncOperations.addHandler(StatusLineHandler(line))
                }
            }
            .connect(host: address.host, port: address.port)
            .whenFailure { line.fail($0) }
        return try await line.futureResult.get()
    }

    /// Its certificate is for another name than this machine's own address.
    private static func context() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        return try NIOSSLContext(configuration: configuration)
    }
}
