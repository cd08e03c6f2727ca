import Foundation
import Speech

/// The audio that a client appended, addressed by offset since the session began.
struct InputAudio: Sendable {
    /// Audio that belongs to no turn is kept this long; prefix padding needs at most a second of it.
    private static let keptMs = 60_000
    private static let longestMs = 15 * 60_000

    private var bytes = Data()
    private(set) var totalBytes = 0
    /// Everything before this was already returned by `echo`.
    private var echoedBytes = 0
    private var startBytes: Int { totalBytes - bytes.count }

    var endMs: Int { totalBytes / PCM16.bytesPerMillisecond }

    mutating func append(_ data: Data, isSpeaking: Bool) {
        bytes.append(data)
        totalBytes += data.count
        let limit = (isSpeaking ? Self.longestMs : Self.keptMs) * PCM16.bytesPerMillisecond
        if bytes.count > limit * 2 { bytes = Data(bytes.suffix(limit)) }
    }

    /// The audio between two offsets, as far as it is still kept.
    func slice(fromMs: Int, toMs: Int) -> Data {
        let from = max(fromMs * PCM16.bytesPerMillisecond - startBytes, 0)
        let to = min(toMs * PCM16.bytesPerMillisecond - startBytes, bytes.count)
        guard from < to else { return Data() }
        return Data(bytes.dropFirst(from).prefix(to - from))
    }

    /// All bytes up to an offset that no earlier call has returned, so that an echo has no gaps and no repetitions.
    mutating func echo(toMs: Int) -> Data {
        let end = min(toMs * PCM16.bytesPerMillisecond, totalBytes)
        let from = max(echoedBytes, startBytes)
        guard from < end else { return Data() }
        echoedBytes = end
        return Data(bytes.dropFirst(from - startBytes).prefix(end - from))
    }
}
