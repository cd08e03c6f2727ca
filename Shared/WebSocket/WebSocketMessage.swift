public import NIOCore

/// What the handler of an application reads and writes on a WebSocket channel.
///
/// Reading: every complete text or binary message, already unmasked, with valid UTF-8 in text; and once, when the peer
/// ends the connection properly, its `close` (1005 when it gave no code). Writing: messages, and `close` to end the
/// connection; nothing can be written after that.
public enum WebSocketMessage: Hashable, Sendable {
    case text(ByteBuffer)
    case binary(ByteBuffer)
    case close(WebSocketCloseCode, reason: String = "")
}
