/// Why a WebSocket connection ends (RFC 6455 section 7.4; 4400 and up are ours, see `Docs/Protocol.md`).
public struct WebSocketCloseCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: UInt16

    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    public static let normal = WebSocketCloseCode(rawValue: 1000)
    public static let goingAway = WebSocketCloseCode(rawValue: 1001)
    public static let protocolError = WebSocketCloseCode(rawValue: 1002)
    /// Never on the wire: the peer's close frame contained no code.
    public static let noCode = WebSocketCloseCode(rawValue: 1005)
    public static let invalidData = WebSocketCloseCode(rawValue: 1007)
    public static let tooBig = WebSocketCloseCode(rawValue: 1009)
    public static let internalError = WebSocketCloseCode(rawValue: 1011)

    /// Whether a close frame may contain the code: the codes of the RFC and the IANA registry, and 3000 to 4999.
    public var isSendable: Bool {
        switch rawValue {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }

    public var description: String { String(rawValue) }
}
