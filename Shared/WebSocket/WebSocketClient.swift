public import NIOCore
import NIOHTTP1
public import NIOPosix
import NIOSSL
import Synchronization

/// Opens WebSocket connections to other servers. One per process: reading the system's certificates is expensive.
public final class WebSocketClient: Sendable {
    public enum Failure: Error, Hashable, Sendable {
        case badURL
        /// The server answered the handshake with a status other than 101: the status, and the beginning of the body.
        case refused(status: Int, body: String)
        /// The response was a 101 that violates the protocol.
        case badHandshake(String)
        case timeout
        case closed
    }

    /// The parameters of one connection.
    public struct Request: Sendable {
        /// `ws://` or `wss://`, with path and query.
        public var url: String
        /// In addition to the handshake's own.
        public var headers: [(name: String, value: String)]
        public var subprotocols: [String]
        /// Applies to the connection, and again to the handshake after it.
        public var timeout: TimeAmount
        public var configuration: WebSocketConfiguration

        public init(
            url: String, headers: [(name: String, value: String)] = [], subprotocols: [String] = [],
            timeout: TimeAmount = .seconds(10),
            configuration: WebSocketConfiguration = WebSocketConfiguration(
                maxMessageBytes: 16 << 20, maxFragments: 4096, pingInterval: .seconds(20), missedPongs: 1)
        ) {
            self.url = url
            self.headers = headers
            self.subprotocols = subprotocols
            self.timeout = timeout
            self.configuration = configuration
        }
    }

    private let group: any EventLoopGroup
    private let extraCAFile: String?
    private let tls = Mutex<NIOSSLContext?>(nil)

    /// - Parameters:
    ///   - group: provides the event loops of the connections, unless `connect` is given one.
    ///   - extraCAFile: PEM file of authorities to trust in addition to the system's.
    public init(group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton, extraCAFile: String? = nil) {
        self.group = group
        self.extraCAFile = extraCAFile
    }

    /// Connects and performs the handshake.
    ///
    /// - Parameters:
    ///   - eventLoop: the event loop of the connection.
    ///   - makeHandler: called on the event loop; the handler reads and writes `WebSocketMessage`.
    /// - Returns: the channel, with the handler installed, and the subprotocol that the server chose. The server's
    ///   first message may reach the handler before this returns.
    /// - Throws: `Failure`, or the error of the socket or of TLS.
    public func connect(
        _ request: Request, on eventLoop: (any EventLoop)? = nil,
        makeHandler: @escaping @Sendable (any Channel) throws -> any ChannelHandler
    ) async throws -> (channel: any Channel, subprotocol: String?) {
        let address = try WebSocketAddress(request.url)
        let tls = address.isSecure ? try tlsContext() : nil
        let loop = eventLoop ?? group.next()
        let done = loop.makePromise(of: (channel: any Channel, subprotocol: String?).self)
        let connected = ClientBootstrap(group: loop)
            .connectTimeout(request.timeout)
            .channelOption(.socketOption(.so_reuseaddr), value: 1)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls {
                        // A host name is sent for SNI and checked against the certificate; an IP address must not be
                        // sent.
                        let isAddress = (try? SocketAddress(ipAddress: address.host, port: 0)) != nil
                        try pipeline.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: isAddress ? nil : address.host))
                    }
                    try pipeline.addHandler(HTTPRequestEncoder())
                    try pipeline.addHandler(
                        ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes)))
                    try pipeline.addHandler(
                        ClientHandshakeHandler(address: address, request: request, makeHandler: makeHandler, done: done)
                    )
                }
            }
            .connect(host: address.host, port: address.port)
        connected.whenFailure { done.fail($0) }
        return try await done.futureResult.get()
    }

    private func tlsContext() throws -> NIOSSLContext {
        try tls.withLock { cached in
            if let cached { return cached }
            var configuration = TLSConfiguration.makeClientConfiguration()
            if let extraCAFile { configuration.additionalTrustRoots = [.file(extraCAFile)] }
            configuration.applicationProtocols = ["http/1.1"]
            let context = try NIOSSLContext(configuration: configuration)
            cached = context
            return context
        }
    }
}
