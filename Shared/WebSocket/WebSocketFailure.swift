/// Why this side ended a connection. The application's handler receives it as `errorCaught`, for its log; the
/// connection is already being closed.
public enum WebSocketFailure: Error, Hashable, Sendable {
    /// The peer broke the protocol or a limit; the close frame carries this code and reason.
    case violation(WebSocketCloseCode, String)
    /// The peer did not answer our pings.
    case pongMissing
    /// Something was written after the close.
    case closed
}
