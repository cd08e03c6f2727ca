/// Knows when in the session each part of the trainee's audio was spoken, and which part was sent upstream.
///
/// Audio has a position: the bytes that the client had sent before it, over the whole session. Positions are tied to
/// the session's time by anchors, a new one for each gap and for each burst after it. Upstream counts differently: from
/// 0 on every connection, only what was appended there, and audio that is sent twice counts twice. Stretches tie its
/// count to positions.
struct InputAudioClock {
    private struct Anchor {
        var position: Int
        var time: SessionTime
    }

    private struct Stretch {
        /// Bytes that this connection had been sent before.
        var upstream: Int
        var position: Int
    }

    /// How far the two clocks may drift apart before a new anchor is set, in milliseconds. Less is network jitter.
    static let tolerance = 250
    /// Enough for a gap every few seconds over a whole session; older ones concern only words that are stored already.
    private static let mostAnchors = 512

    private var anchors: [Anchor] = []
    private var stretches: [Stretch] = []
    private var upstreamBytes = 0
    /// Bytes that were received from the client and not discarded.
    private(set) var position = 0

    /// Counts audio that has just come. Its last sample was spoken now, or a network's delay ago.
    mutating func received(_ byteCount: Int, at now: SessionTime) {
        let before = position
        position += byteCount
        let spoken = now - PCM.milliseconds(byteCount)
        if let last = anchors.last {
            let expected = last.time + PCM.milliseconds(before - last.position)
            guard abs(spoken - expected) > Self.tolerance else { return }
            // Audio that came in a burst was not spoken before the audio that precedes it.
            anchors.append(Anchor(position: before, time: max(spoken, last.time)))
            if anchors.count > Self.mostAnchors { anchors.removeFirst(anchors.count - Self.mostAnchors) }
        } else {
            anchors.append(Anchor(position: before, time: max(spoken, .zero)))
        }
    }

    /// Counts audio that was sent upstream.
    mutating func sent(_ range: Range<Int>) {
        if stretches.last.map({ $0.position + (upstreamBytes - $0.upstream) }) != range.lowerBound {
            stretches.append(Stretch(upstream: upstreamBytes, position: range.lowerBound))
            if stretches.count > Self.mostAnchors { stretches.removeFirst(stretches.count - Self.mostAnchors) }
        }
        upstreamBytes += range.count
    }

    /// A new connection has been sent nothing yet.
    mutating func restart() {
        stretches = []
        upstreamBytes = 0
    }

    /// The position of what this connection counts as `upstreamMs`.
    func position(of upstreamMs: Int) -> Int {
        let bytes = min(upstreamMs * PCM.bytesPerMillisecond, upstreamBytes)
        guard let index = stretches.lastIndex(where: { $0.upstream <= bytes }) else {
            return stretches.first?.position ?? position
        }
        let stretch = stretches[index]
        return min(stretch.position + (bytes - stretch.upstream), position)
    }

    /// When the audio at a position was spoken: never after `now`, never before the audio that precedes it.
    func time(at position: Int, now: SessionTime) -> SessionTime {
        guard let index = anchors.lastIndex(where: { $0.position <= position }) else {
            return min(anchors.first?.time ?? now, now)
        }
        let anchor = anchors[index]
        var time = anchor.time + PCM.milliseconds(position - anchor.position)
        if index + 1 < anchors.count { time = min(time, anchors[index + 1].time) }
        return min(time, now)
    }
}
