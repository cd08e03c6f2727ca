public import NIOCore
import NIOHTTP1
public import NIOPosix
import NIOSSL
public import Outgoing
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
        /// The proxy did not open the connection: one sentence, and whether another attempt would end in the same way.
        case proxy(String, isFinal: Bool)
        /// There is no TLS connection: one sentence, and whether another attempt would end in the same way, as with a
        /// certificate that is not accepted.
        case tls(String, isFinal: Bool)
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
                maxMessageBytes: 16 << 20, pingInterval: .seconds(20), missedPongs: 1)
        ) {
            self.url = url
            self.headers = headers
            self.subprotocols = subprotocols
            self.timeout = timeout
            self.configuration = configuration
        }
    }

    private let group: any EventLoopGroup
    private let rules: OutgoingRules
    private let tls = Mutex<NIOSSLContext?>(nil)

    /// - Parameters:
    ///   - group: provides the event loops of the connections, unless `connect` is given one.
    ///   - rules: the proxy and the authorities of `wss` connections.
    public init(
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton, rules: OutgoingRules = OutgoingRules()
    ) {
        self.group = group
        self.rules = rules
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
        let proxy = rules.proxy(for: address.host, port: address.port, isSecure: address.isSecure)
        guard proxy == nil || !address.isIPAddress else {
            // The TLS library compares the certificate with the address of the other end, which is the proxy.
            throw Failure.tls(
                "the certificate of \(address.host) cannot be checked behind a proxy; "
                    + "use the server's name, or put the address into NO_PROXY", isFinal: true)
        }
        let loop = eventLoop ?? group.next()
        let done = loop.makePromise(of: (channel: any Channel, subprotocol: String?).self)
        let handshake: @Sendable (any Channel) throws -> Void = { channel in
            try Self.addTLS(tls, to: channel, address)
            try Self.addHTTP(to: channel)
            try channel.pipeline.syncOperations.addHandler(
                ClientHandshakeHandler(address: address, request: request, makeHandler: makeHandler, done: done))
        }
        let connected = ClientBootstrap(group: loop)
            .connectTimeout(request.timeout)
            .channelOption(.socketOption(.so_reuseaddr), value: 1)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let proxy else { return try handshake(channel) }
                    try Self.addHTTP(to: channel)
                    try channel.pipeline.syncOperations.addHandler(
                        ProxyConnectHandler(
                            proxy, target: address.hostAndPort, timeout: request.timeout, next: handshake,
                            failed: { done.fail($0) }))
                }
            }
            .connect(host: proxy?.host ?? address.host, port: proxy?.port ?? address.port)
        connected.whenFailure { error in
            guard let proxy else { return done.fail(error) }
            done.fail(Failure.proxy("the proxy \(proxy) cannot be reached", isFinal: false))
        }
        return try await done.futureResult.get()
    }

    private static func addTLS(
        _ context: NIOSSLContext?, to channel: any Channel, _ address: WebSocketAddress
    ) throws {
        guard let context else { return }
        // A host name is sent for SNI and checked against the certificate; an IP address must not be sent.
        try channel.pipeline.syncOperations.addHandler(
            NIOSSLClientHandler(context: context, serverHostname: address.isIPAddress ? nil : address.host))
    }

    private static func addHTTP(to channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(HTTPRequestEncoder())
        try pipeline.addHandler(ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes)))
    }

    private func tlsContext() throws -> NIOSSLContext {
        try tls.withLock { cached in
            if let cached { return cached }
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.minimumTLSVersion = .tlsv12
            if let authorities = rules.authorities {
                configuration.additionalTrustRoots = [
                    .certificates(try NIOSSLCertificate.fromPEMBytes(authorities.pem))
                ]
            }
            configuration.applicationProtocols = ["http/1.1"]
            let context = try NIOSSLContext(configuration: configuration)
            cached = context
            return context
        }
    }
}

extension WebSocketClient.Failure: CustomStringConvertible {
    /// One sentence for the log. It quotes the beginning of a refusal, which the caller searches for secrets.
    public var description: String {
        switch self {
        case .badURL: "the address is not a ws:// or wss:// URL"
        case .refused(let status, _) where (300..<400).contains(status):
            "the server answered with a redirect (\(status)), which is not followed: the key would go with it"
        case .refused(let status, let body):
            "the server refused the connection with status \(status)" + Self.beginning(of: body)
        case .badHandshake(let problem): "the server's answer is not a WebSocket handshake: \(problem)"
        case .timeout: "the server did not answer in time"
        case .closed: "the server closed the connection during the handshake"
        case .proxy(let sentence, _), .tls(let sentence, _): sentence
        }
    }

    private static func beginning(of body: String) -> String {
        let line = body.prefix(1_000).split(whereSeparator: { $0.isWhitespace || $0.isNewline }).joined(separator: " ")
        return line.isEmpty ? "" : ": \(line.prefix(200))"
    }
}
