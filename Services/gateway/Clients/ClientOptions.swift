import Traces

/// Options that a client chose for its WebSocket, and its rate limit.
struct ClientOptions: Sendable {
    /// `?audio=binary`: PCM16 in binary frames, both ways.
    var binaryAudio = false
    /// How many times faster than real time a client may send audio; 0 for no limit.
    var timesRealTime = 4
    /// Ends with the connection; nil if nobody wants traces.
    var span: TraceSpan?

    /// PCM16 at 24 kHz as base64: 64,000 bytes a second.
    private static let base64PerSecond = 64_000.0

    /// What a message costs of the rate limit, in bytes. A message of words costs the processes behind far more than
    /// audio of its size: it is parsed, recorded and passed on. A client may send a thousand at once, as after a gap,
    /// and three hundred a second.
    static func cost(ofBytes count: Int, isAudio: Bool) -> Double { Double(max(count, isAudio ? 128 : 1_024)) }

    /// The factor covers the JSON around the audio: at most a fifth, with 20 ms in a message. The burst is one message
    /// of maximum size, because a client that stalled for a second or two sends everything at once; as samples it is
    /// longer in base64.
    var rate: (bytesPerSecond: Double, burst: Double)? {
        guard timesRealTime > 0 else { return nil }
        return (
            Self.base64PerSecond * 1.2 * Double(timesRealTime), Double(ClientAudio.messageLength(ofPCM: 1 << 20)) + 1
        )
    }
}
