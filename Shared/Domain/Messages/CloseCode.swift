/// Why a client's WebSocket closes: codes of RFC 6455, and from 4400 on our own (`Docs/Protocol.md`, section 6).
public struct CloseCode: RawRepresentable, Codable, Hashable, Sendable, ExpressibleByIntegerLiteral,
    CustomStringConvertible
{
    public let rawValue: Int

    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    public init(integerLiteral value: Int) {
        rawValue = value
    }

    public var description: String { String(rawValue) }

    /// The session is over.
    public static let normal: CloseCode = 1000
    /// A process restarts or is unavailable; the session continues.
    public static let goingAway: CloseCode = 1001
    public static let protocolError: CloseCode = 1002
    public static let unsupportedData: CloseCode = 1003
    public static let invalidData: CloseCode = 1007
    public static let internalError: CloseCode = 1011
    public static let unauthorized: CloseCode = 4401
    public static let forbidden: CloseCode = 4403
    public static let sessionNotFound: CloseCode = 4404
    public static let tooSlow: CloseCode = 4408
    /// A newer connection has taken over the session.
    public static let replaced: CloseCode = 4409
    public static let sessionEnded: CloseCode = 4410
    public static let tooFast: CloseCode = 4429
    /// OpenAI, a free place or the journal.
    public static let unavailable: CloseCode = 4503

    /// Every code that has a name here.
    public static let all: [CloseCode] = [
        .normal, .goingAway, .protocolError, .unsupportedData, .invalidData, .internalError, .unauthorized, .forbidden,
        .sessionNotFound, .tooSlow, .replaced, .sessionEnded, .tooFast, .unavailable,
    ]

    /// The code that says what an HTTP status would have said.
    public init(httpStatus: Int) {
        self =
            switch httpStatus {
            case 401: .unauthorized
            case 403: .forbidden
            case 404: .sessionNotFound
            case 409: .sessionEnded
            case 426: .protocolError
            case 429: .tooFast
            case 502, 503, 504: .goingAway
            default: .internalError
            }
    }
}
