import Domain
import WebSocket

extension WebSocketCloseCode {
    /// `internalError` for a code that may not stand in a close frame.
    init(_ code: CloseCode) {
        let exact = UInt16(exactly: code.rawValue).map { WebSocketCloseCode(rawValue: $0) }
        self = exact.flatMap { $0.isSendable ? $0 : nil } ?? .internalError
    }
}
