/// How a client wants its WebSocket, and what it may do on it.
struct ClientOptions: Sendable {
    /// `?audio=binary`: raw PCM16 in binary frames, both ways.
    var binaryAudio = false
    /// How many times faster than it is spoken audio may come; 0 lets everything through.
    var timesRealTime = 4

    /// PCM16 at 24 kHz as base64: 64,000 bytes a second.
    private static let base64PerSecond = 64_000.0

    /// The JSON around the audio comes on top: at most a fifth, with 20 ms in a message. A whole largest message may come
    /// at once, because a client that hung for a second or two sends all of it then.
    var rate: (bytesPerSecond: Double, burst: Double)? {
        guard timesRealTime > 0 else { return nil }
        return (Self.base64PerSecond * 1.2 * Double(timesRealTime), Double(1 << 20) + 1)
    }
}
