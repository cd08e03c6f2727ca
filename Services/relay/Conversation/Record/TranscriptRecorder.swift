import Domain

/// Keeps the conversation in the order of the item chain, whatever order its parts arrive in: a trainee's words may come
/// after the answer to them. Knows of items, words and times; of playback and wires it has never heard.
struct TranscriptRecorder {
    /// What stands for words that could not be transcribed.
    static let inaudible = "[inaudible]"

    private struct Line {
        var number: Int
        var speaker: Speaker
        var start: SessionTime?
        var end: SessionTime?
        /// The trainee spoke and the words are still to come.
        var awaitsWords: Bool
        var said: Utterance?
    }

    /// Every item of the conversation, those without words among them, since others are placed behind them.
    private var chain: [String] = []
    /// Items that stand where the server said, and not at the end for want of better knowledge.
    private var settled: Set<String> = []
    private var lines: [String: Line] = [:]
    private var speech: [String: (start: SessionTime?, end: SessionTime?)] = [:]
    private var lastNumber = 0
    /// Lines of the session's life in another process.
    private var earlier: [Utterance] = []
    /// Where the items of the present connection begin in the chain.
    private var connectionStart = 0

    /// - Parameter earlier: what was said already, when the session goes on in another process.
    init(earlier: [Utterance] = []) {
        self.earlier = earlier
        lastNumber = earlier.map { Self.number(of: $0) }.max() ?? 0
    }

    /// When its speaker began and ended, as far as that is known.
    func times(of id: String) -> (start: SessionTime?, end: SessionTime?) { (lines[id]?.start, lines[id]?.end) }

    /// The number that the line of an item has.
    func utteranceId(of id: String) -> String? { lines[id].map { "u\($0.number)" } }

    /// A line that another process has begun, under its number.
    mutating func takeUp(_ id: String, _ draft: Utterance) {
        let number = Self.number(of: draft)
        guard number > 0, lines[id] == nil else { return }
        lastNumber = max(lastNumber, number)
        if !chain.contains(id) { chain.append(id) }
        lines[id] = Line(
            number: number, speaker: draft.speaker, start: SessionTime(seconds: draft.startTime),
            end: SessionTime(seconds: draft.endTime), awaitsWords: draft.speaker == .trainee)
    }

    /// A new connection knows nothing of the items of the last one: what comes first in it comes after those.
    mutating func restart() {
        connectionStart = chain.count
    }

    // MARK: The chain

    mutating func place(_ id: String, after predecessor: RealtimeEvent.Predecessor) {
        guard !settled.contains(id) else { return }
        let known = chain.firstIndex(of: id)
        switch predecessor {
        case .first:
            if let known { chain.remove(at: known) }
            chain.insert(id, at: min(connectionStart, chain.count))
            settled.insert(id)
        case .item(let previous) where previous != id && chain.contains(previous):
            if let known { chain.remove(at: known) }
            let index = chain.lastIndex(of: previous) ?? chain.endIndex - 1
            chain.insert(id, at: index + 1)
            settled.insert(id)
        case .item, .unknown:
            if known == nil { chain.append(id) }
        }
    }

    /// An item that somebody speaks in. Its number is given now, its words come later.
    mutating func open(_ id: String, by speaker: Speaker) {
        if !chain.contains(id) { chain.append(id) }
        guard lines[id] == nil else { return }
        lastNumber += 1
        let heard = speech.removeValue(forKey: id)
        lines[id] = Line(
            number: lastNumber, speaker: speaker, start: heard?.start, end: heard?.end,
            awaitsWords: speaker == .trainee)
    }

    func speaker(of id: String) -> Speaker? { lines[id]?.speaker }

    // MARK: Times and words of the trainee

    mutating func speechStarted(_ id: String, at time: SessionTime) {
        if lines[id] == nil { speech[id, default: (nil, nil)].start = time } else { lines[id]?.start = time }
    }

    mutating func speechStopped(_ id: String, at time: SessionTime) {
        if lines[id] == nil { speech[id, default: (nil, nil)].end = time } else { lines[id]?.end = time }
    }

    /// Trainee's items whose words are still to come, in order.
    var awaitingWords: [String] { chain.filter { lines[$0]?.awaitsWords == true } }

    /// - Parameter text: empty when nothing was said after all; the item then leaves no line.
    mutating func transcribed(
        _ id: String, _ text: String, unsureWords: [String] = [], at now: SessionTime
    ) -> Utterance? {
        open(id, by: .trainee)
        guard lines[id]?.awaitsWords == true else { return nil }
        lines[id]?.awaitsWords = false
        let start = lines[id]?.start ?? lines[id]?.end ?? now
        return say(
            id, text, from: start, to: lines[id]?.end ?? now, interrupted: false, unsureWords: unsureWords)
    }

    // MARK: Lines

    /// The line of an item, new or changed; nil when there are no words or nothing has changed.
    mutating func say(
        _ id: String, _ text: String, from start: SessionTime, to end: SessionTime, interrupted: Bool,
        unsureWords: [String] = []
    ) -> Utterance? {
        let text = text.trimmed
        guard let line = lines[id], !text.isEmpty else { return nil }
        let bounds = bounds(of: id)
        var startTime = max(start.seconds, bounds.earliest)
        if let latest = bounds.latest { startTime = min(startTime, latest) }
        var endTime = max(end.seconds, startTime)
        if !interrupted, let latest = bounds.latest { endTime = max(startTime, min(endTime, latest)) }
        let utterance = Utterance(
            utteranceId: "u\(line.number)", startTime: startTime, endTime: endTime,
            speaker: line.speaker, text: text, interrupted: interrupted ? true : nil,
            unsureWords: unsureWords.isEmpty ? nil : unsureWords)
        guard utterance != line.said else { return nil }
        lines[id]?.said = utterance
        return utterance
    }

    func said(_ id: String) -> Utterance? { lines[id]?.said }

    /// All lines in the order of the conversation.
    var utterances: [Utterance] { conversation.compactMap(\.said) }

    /// All lines in the order of the conversation, those among them that nobody has words for yet.
    var conversation: [(id: String?, speaker: Speaker, said: Utterance?, awaitsWords: Bool)] {
        var all: [(id: String?, speaker: Speaker, said: Utterance?, awaitsWords: Bool)] = []
        var next = 0
        for id in chain {
            guard let line = lines[id] else { continue }
            let place = max(next, placeAmongEarlier(id))
            all += earlier[next..<place].map { (nil, $0.speaker, $0, false) }
            next = place
            all.append((id, line.speaker, line.said, line.awaitsWords))
        }
        return all + earlier[next...].map { (nil, $0.speaker, $0, false) }
    }

    /// How many of the lines of another process come before this one: all, unless it was begun there as well.
    private func placeAmongEarlier(_ id: String) -> Int {
        guard let number = lines[id]?.number else { return earlier.count }
        return earlier.firstIndex { Self.number(of: $0) > number } ?? earlier.count
    }

    private static func number(of utterance: Utterance) -> Int { Int(utterance.utteranceId.dropFirst()) ?? 0 }

    /// The times between which an item must lie, so that the order of times is the order of the chain, and so that one
    /// speaker ends before the other begins: unless somebody was interrupted, for then both did speak at once.
    private func bounds(of id: String) -> (earliest: Double, latest: Double?) {
        guard let index = chain.lastIndex(of: id) else { return (0, nil) }
        let place = placeAmongEarlier(id)
        let candidates = [
            chain[..<index].reversed().lazy.compactMap { lines[$0]?.said }.first, earlier[..<place].last,
        ]
        let before = candidates.compactMap(\.self).max { Self.number(of: $0) < Self.number(of: $1) }
        let after = earlier[place...].first ?? chain[(index + 1)...].lazy.compactMap { lines[$0]?.said }.first
        var earliest = before?.startTime ?? 0
        if let before, before.interrupted != true { earliest = max(earliest, before.endTime) }
        return (earliest, after.map { max(earliest, $0.startTime) })
    }
}
