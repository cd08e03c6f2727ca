/// Whether audio comes from the client, and the silence that is sent upstream in its place while it does not: a server
/// notices the end of a turn only in audio.
struct Microphone {
    /// Shorter pauses are a network's, in milliseconds.
    static let patienceMs = 1_500
    /// Pieces are up to 100 ms long and come as regularly. In milliseconds.
    private static let lateMs = 200
    /// How much silence is sent at a time, in milliseconds.
    private static let stepMs = 100
    /// Silence that follows a mute even though no turn was noticed: its first word may still be. In milliseconds.
    private static let tailMs = 1_000
    /// After this much silence every server that detects turns has ended one, in milliseconds.
    private static let mostMs = 10_000

    private(set) var isMuted = false
    /// There was audio, or silence in its place, up to here.
    private var coveredUntil: SessionTime?
    /// Silence since the last audio, in milliseconds.
    private var silenceMs = 0
    /// Between the last two pieces, if the network held the later one up. In milliseconds.
    private var gapMs: Int?

    /// The server has been sent as much silence as there is.
    var isUsedUp: Bool { silenceMs >= Self.mostMs }

    mutating func received(at now: SessionTime) {
        if let coveredUntil, !isMuted, silenceMs == 0, now - coveredUntil >= Self.lateMs {
            gapMs = now - coveredUntil
        }
        isMuted = false
        coveredUntil = now
        silenceMs = 0
    }

    /// The length of a gap that has just ended, once. A client that sends nothing while nobody speaks has longer ones.
    mutating func takeGap() -> Int? {
        guard let gap = gapMs else { return nil }
        gapMs = nil
        return gap <= Self.patienceMs ? gap : nil
    }

    /// The trainee speaks: from now on audio is waited for, even if this client has sent none yet.
    mutating func expectAudio(at now: SessionTime) {
        coveredUntil = coveredUntil ?? now
    }

    mutating func mute(_ isOn: Bool, at now: SessionTime) {
        guard isOn != isMuted else { return }
        isMuted = isOn
        guard !isOn else { return }
        // The audio that follows is waited for.
        coveredUntil = now
        silenceMs = 0
    }

    /// How long until silence is due, in milliseconds; nil when none is needed.
    func wait(isSpeaking: Bool, at now: SessionTime) -> Int? {
        guard isSpeaking || isMuted && silenceMs < Self.tailMs else { return nil }
        let patience = silenceMs > 0 ? Self.stepMs : isMuted ? 0 : Self.patienceMs
        return max(0, patience - (now - (coveredUntil ?? now)))
    }

    /// Silence for the time since the last audio or silence.
    ///
    /// - Returns: its length in milliseconds.
    mutating func silence(at now: SessionTime) -> Int {
        let missing = coveredUntil.map { now - $0 } ?? Self.stepMs
        // A longer gap is one in which no connection was there.
        let length = min(missing, Self.patienceMs, Self.mostMs - silenceMs)
        coveredUntil = now
        silenceMs += length
        return length
    }
}
