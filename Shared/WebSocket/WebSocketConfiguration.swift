public import NIOCore

/// The limits and times of one WebSocket connection.
public struct WebSocketConfiguration: Sendable {
    /// Maximum size of one message in bytes, all fragments together. A larger one ends the connection with 1009 as soon
    /// as a header announces it. A fragment before the last counts as 256 bytes at least: each costs work whatever it holds.
    public var maxMessageBytes: Int
    /// Time between two pings; nil sends none.
    public var pingInterval: TimeAmount?
    /// Number of ping intervals without a pong after which the connection is closed. One ping is in flight at a time.
    public var missedPongs: Int
    /// How long the peer may take to answer our close frame.
    public var closeTimeout: TimeAmount
    /// How long bytes that a misbehaving peer still sends are read and discarded, so that the peer sees our close frame
    /// and not a reset connection.
    public var linger: TimeAmount

    public init(
        maxMessageBytes: Int = 1 << 20, pingInterval: TimeAmount? = .seconds(15),
        missedPongs: Int = 2, closeTimeout: TimeAmount = .seconds(2), linger: TimeAmount = .seconds(1)
    ) {
        self.maxMessageBytes = maxMessageBytes
        self.pingInterval = pingInterval
        self.missedPongs = missedPongs
        self.closeTimeout = closeTimeout
        self.linger = linger
    }
}
