public import HTTPTypes
public import NIOCore

/// Which requests become WebSocket connections, which clients may open one, and which handler runs on it.
public struct WebSocketUpgrade<Session: Sendable>: Sendable {
    public struct Answer: Sendable {
        let session: Session
        let subprotocol: String?

        /// 101 with the subprotocol, if the client offered one that we support.
        public static func accept(_ session: Session, subprotocol: String?) -> Answer {
            Answer(session: session, subprotocol: subprotocol)
        }
    }

    public var configuration: WebSocketConfiguration
    /// How long a new connection may take to send its first request, and `authorize` to answer it.
    public var handshakeTimeout: TimeAmount
    /// A cheap test on the event loop: whether this request may be upgraded at all. Other requests go to the router
    /// unchanged.
    public var handles: @Sendable (HTTPRequest) -> Bool
    /// Runs before the 101, with the peer's address. Throws `WebSocketRefusal` to refuse; any other error is answered
    /// 500. It must not keep any resource after it returns: the client may be gone before `makeHandler` is called.
    public var authorize: @Sendable (HTTPRequest, SocketAddress?) async throws -> Answer
    /// Runs on the event loop after the 101; the handler begins with `handlerAdded` (there is no `channelActive`) and
    /// may write at once. The handler reads and writes `WebSocketMessage`; it sees `ChannelEvent.inputClosed` and
    /// `ChannelShouldQuiesceEvent` as user events, and when it passes the latter on, the connection closes with 1001.
    public var makeHandler: @Sendable (Session, any Channel) throws -> any ChannelHandler

    public init(
        configuration: WebSocketConfiguration = WebSocketConfiguration(), handshakeTimeout: TimeAmount = .seconds(10),
        handles: @escaping @Sendable (HTTPRequest) -> Bool,
        authorize: @escaping @Sendable (HTTPRequest, SocketAddress?) async throws -> Answer,
        makeHandler: @escaping @Sendable (Session, any Channel) throws -> any ChannelHandler
    ) {
        self.configuration = configuration
        self.handshakeTimeout = handshakeTimeout
        self.handles = handles
        self.authorize = authorize
        self.makeHandler = makeHandler
    }
}
