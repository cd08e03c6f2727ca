/// How the connection to OpenAI is, as a `status` message tells the client.
public struct UpstreamStatus: ProtocolWord {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Lost; the relay connects again.
    public static let reconnecting: UpstreamStatus = "reconnecting"
    /// Connected again.
    public static let ok: UpstreamStatus = "ok"
}
