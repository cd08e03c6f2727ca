public import NIOCore

/// The limits and times of one WebSocket connection.
public struct WebSocketConfiguration: Sendable {
    /// Bytes of one message, fragments together. A larger one ends the connection with 1009 as soon as a header says so.
    public var maxMessageBytes: Int
    /// Frames that one message may come in; more end the connection with 1009.
    public var maxFragments: Int
    /// Time between two pings; nil sends none.
    public var pingInterval: TimeAmount?
    /// Ping intervals that may pass without the pong before the connection is dropped. One ping is in flight at a time.
    public var missedPongs: Int
    /// How long the peer may take to answer our close frame.
    public var closeTimeout: TimeAmount
    /// How long what a misbehaving peer is still sending is read and thrown away, so that it sees our close frame and
    /// not a reset connection.
    public var linger: TimeAmount

    public init(
        maxMessageBytes: Int = 1 << 20, maxFragments: Int = 64, pingInterval: TimeAmount? = .seconds(15),
        missedPongs: Int = 2, closeTimeout: TimeAmount = .seconds(2), linger: TimeAmount = .seconds(1)
    ) {
        self.maxMessageBytes = maxMessageBytes
        self.maxFragments = maxFragments
        self.pingInterval = pingInterval
        self.missedPongs = missedPongs
        self.closeTimeout = closeTimeout
        self.linger = linger
    }
}
