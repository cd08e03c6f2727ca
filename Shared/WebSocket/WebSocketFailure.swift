/// Why this side ended a connection. Reaches the application's handler as `errorCaught` for its log; the closing itself is
/// already under way.
public enum WebSocketFailure: Error, Hashable, Sendable {
    /// The peer broke the protocol or a limit; the close frame carries this code and reason.
    case violation(WebSocketCloseCode, String)
    /// The peer left our pings unanswered.
    case pongMissing
    /// Something was written after the close.
    case closed
}
