/// Says when in the session a millisecond of the trainee's audio was spoken.
///
/// Upstream counts the audio that was appended, which stands still whenever the client sends nothing; so each gap, and each
/// burst after it, sets a new anchor between the two clocks. A new upstream connection starts its count at 0: `restart()`.
struct InputAudioClock {
    private struct Anchor {
        var audioMs: Int
        var time: SessionTime
    }

    /// How far the two clocks may drift apart before they are tied together anew. Less is the jitter of a network.
    static let tolerance = 250
    /// Enough for a gap every few seconds over a whole session; older anchors serve only words that are long stored.
    private static let mostAnchors = 512

    private var anchors: [Anchor] = []
    private var bytes = 0

    var audioMs: Int { PCM.milliseconds(bytes) }

    /// Counts audio that was sent on just now. Its last sample was spoken now, or a network's delay ago.
    mutating func appended(_ byteCount: Int, at now: SessionTime) {
        let before = audioMs
        bytes += byteCount
        let spoken = now - (audioMs - before)
        if let last = anchors.last {
            let expected = last.time + (before - last.audioMs)
            guard abs(spoken - expected) > Self.tolerance else { return }
            // Sound that came in a burst was not spoken before the sound in front of it.
            anchors.append(Anchor(audioMs: before, time: max(spoken, last.time)))
            if anchors.count > Self.mostAnchors { anchors.removeFirst(anchors.count - Self.mostAnchors) }
        } else {
            anchors.append(Anchor(audioMs: before, time: max(spoken, .zero)))
        }
    }

    mutating func restart() {
        anchors = []
        bytes = 0
    }

    /// When the audio at `audioMs` was spoken: never after `now`, never before the audio in front of it.
    func time(of audioMs: Int, now: SessionTime) -> SessionTime {
        guard let index = anchors.lastIndex(where: { $0.audioMs <= audioMs }) else {
            return min(anchors.first?.time ?? now, now)
        }
        let anchor = anchors[index]
        var time = anchor.time + (audioMs - anchor.audioMs)
        if index + 1 < anchors.count { time = min(time, anchors[index + 1].time) }
        return min(time, now)
    }
}
