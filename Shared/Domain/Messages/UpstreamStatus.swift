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

/// How the trainee's audio arrives, as a `status` message tells the client.
public struct MicrophoneStatus: ProtocolWord {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Much faster than it can be spoken: its rate is probably not 24 kHz.
    public static let tooFast: MicrophoneStatus = "too_fast"
}
