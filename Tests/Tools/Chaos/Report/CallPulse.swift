/// When a call was connected and when the customer's audio arrived: the part of the journal that the figures need.
struct CallPulse: Sendable {
    struct Loss: Hashable, Sendable {
        var lostAt: Double
        var backAt: Double?
    }

    var losses: [Loss]
    /// Arrival times of audio, in order; arrivals within 20 ms of the last one count as one with it.
    var audio: [Double]
    /// From the first `ready` to the end of the session.
    var talk: ClosedRange<Double>?
    /// Seconds from the end of the session to its score, if the client received both.
    var scoreAfter: Double?

    init(_ call: CallJournal) {
        losses = call.losses.map { Loss(lostAt: $0.lostAt, backAt: $0.backAt) }
        var audio: [Double] = []
        var ready: Double?
        var ended: Double?
        for entry in call.entries {
            switch entry.what {
            case .audio where entry.at - (audio.last ?? -1) > 0.02: audio.append(entry.at)
            case .received(_, "ready", _, _) where ready == nil: ready = entry.at
            case .received(_, "session_ended", _, _) where ended == nil: ended = entry.at
            case .received(_, "score", _, _) where scoreAfter == nil: scoreAfter = ended.map { entry.at - $0 }
            default: break
            }
        }
        self.audio = audio
        if let ready { talk = ready...max(ready, ended ?? call.entries.last?.at ?? ready) }
    }

    /// The longest time without audio in this part of the call; nil if the call was not connected at `start`.
    func longestSilence(from start: Double, to end: Double) -> Double? {
        guard let talk, talk.contains(start) else { return nil }
        let until = min(end, talk.upperBound)
        let before = audio.last { $0 <= start } ?? talk.lowerBound
        let moments = [before] + audio.filter { $0 > start && $0 < until } + [until]
        return zip(moments, moments.dropFirst()).map { $1 - $0 }.max()
    }
}
