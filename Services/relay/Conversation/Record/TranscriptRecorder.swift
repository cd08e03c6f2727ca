import Domain

/// Keeps the conversation in the order of the item chain, whatever order its parts arrive in: a trainee's words may
/// come after the answer to them. Knows items, words and times; does not depend on playback or connections.
struct TranscriptRecorder {
    /// What stands for words that could not be transcribed.
    static let inaudible = "[inaudible]"
    /// The longest utterance, in bytes of UTF-8; longer ones are shortened.
    static let longestText = 16_384

    private struct Entry {
        var number: Int
        var speaker: Speaker
        var start: SessionTime?
        var end: SessionTime?
        /// The trainee spoke and the words are still to come.
        var awaitsWords: Bool
        var said: Utterance?
    }

    /// Every item of the conversation, including those without words, since others are placed after them.
    private var chain: [String] = []
    /// Items whose place the server stated; the others were appended at the end.
    private var placed: Set<String> = []
    private var entries: [String: Entry] = [:]
    private var speechTimes: [String: (start: SessionTime?, end: SessionTime?)] = [:]
    private var lastNumber = 0
    /// Utterances that another process recorded.
    private var earlier: [Utterance] = []
    /// Where in the chain the items of the current connection begin.
    private var connectionStart = 0

    /// - Parameter earlier: what another process recorded, if this one took the session over.
    init(earlier: [Utterance] = []) {
        self.earlier = earlier
        lastNumber = earlier.map { Self.number(of: $0) }.max() ?? 0
    }

    /// When the speaker of an item began and ended; nil where unknown.
    func times(of id: String) -> (start: SessionTime?, end: SessionTime?) { (entries[id]?.start, entries[id]?.end) }

    /// The id of an item's utterance.
    func utteranceId(of id: String) -> String? { entries[id].map { "u\($0.number)" } }

    /// Takes over an utterance that another process began, with its number.
    mutating func takeUp(_ id: String, _ draft: Utterance) {
        let number = Self.number(of: draft)
        guard number > 0, entries[id] == nil else { return }
        lastNumber = max(lastNumber, number)
        if !chain.contains(id) { chain.append(id) }
        entries[id] = Entry(
            number: number, speaker: draft.speaker, start: SessionTime(seconds: draft.startTime),
            end: SessionTime(seconds: draft.endTime), awaitsWords: draft.speaker == .trainee)
    }

    /// A new connection does not know the items of the last one, and may give their ids to others: its first item comes
    /// after those.
    ///
    /// - Parameter kept: ids that are still in use.
    /// - Returns: the new names of sentences whose words are still to come, by their ids.
    mutating func restart(keeping kept: [String]) -> [String: String] {
        // Those without words matter only to items of the same connection.
        chain.removeAll { entries[$0] == nil }
        var names: [String: String] = [:]
        for id in chain where !kept.contains(id) && !Self.isName(id) {
            if let name = giveUp(id), entries[name]?.awaitsWords == true { names[id] = name }
        }
        placed.formIntersection(kept)
        speechTimes = [:]
        connectionStart = chain.count
        return names
    }

    // MARK: The chain

    mutating func place(_ id: String, after predecessor: RealtimeEvent.Predecessor) {
        guard !placed.contains(id) else { return }
        let known = chain.firstIndex(of: id)
        switch predecessor {
        // Nothing is ever put before the first item, so this one is the first only if there is no other yet. Servers
        // that write null for absent keys say it of every item.
        case .first where chain[min(connectionStart, chain.count)...].allSatisfy { $0 == id }:
            if known == nil { chain.append(id) }
            placed.insert(id)
        case .item(let previous) where previous != id && chain.contains(previous):
            if let known { chain.remove(at: known) }
            let index = chain.lastIndex(of: previous) ?? chain.endIndex - 1
            chain.insert(id, at: index + 1)
            placed.insert(id)
        case .first, .item, .unknown:
            if known == nil { chain.append(id) }
        }
    }

    /// Opens the utterance of an item. It gets its number now, its words come later.
    mutating func open(_ id: String, by speaker: Speaker) {
        if !chain.contains(id) { chain.append(id) }
        guard entries[id] == nil else { return }
        lastNumber += 1
        let heard = speechTimes.removeValue(forKey: id)
        entries[id] = Entry(
            number: lastNumber, speaker: speaker, start: heard?.start, end: heard?.end,
            awaitsWords: speaker == .trainee)
    }

    func speaker(of id: String) -> Speaker? { entries[id]?.speaker }

    /// The next item with this id is another one. What was said as this one keeps its number and its place.
    ///
    /// - Returns: its new name; nil if there is no such item.
    @discardableResult
    mutating func giveUp(_ id: String) -> String? {
        guard let entry = entries.removeValue(forKey: id), let index = chain.lastIndex(of: id) else { return nil }
        let name = "\(id)\n\(entry.number)"
        chain[index] = name
        entries[name] = entry
        placed.remove(id)
        return name
    }

    /// Whether an item has given up its id. No server's id contains a line break.
    private static func isName(_ id: String) -> Bool { id.contains("\n") }

    // MARK: Times and words of the trainee

    mutating func speechStarted(_ id: String, at time: SessionTime) {
        if entries[id] == nil { speechTimes[id, default: (nil, nil)].start = time } else { entries[id]?.start = time }
    }

    mutating func speechStopped(_ id: String, at time: SessionTime) {
        if entries[id] == nil { speechTimes[id, default: (nil, nil)].end = time } else { entries[id]?.end = time }
    }

    /// The trainee's items whose words are still to come, in order.
    var awaitingWords: [String] { chain.filter { entries[$0]?.awaitsWords == true } }

    /// - Parameter text: empty when nothing was said after all; the item then has no utterance.
    mutating func transcribed(
        _ id: String, _ text: String, unsureWords: [String] = [], at now: SessionTime
    ) -> Utterance? {
        open(id, by: .trainee)
        guard entries[id]?.awaitsWords == true else { return nil }
        entries[id]?.awaitsWords = false
        let start = entries[id]?.start ?? entries[id]?.end ?? now
        return say(
            id, text, from: start, to: entries[id]?.end ?? now, interrupted: false, unsureWords: unsureWords)
    }

    // MARK: Utterances

    /// The utterance of an item, new or changed; nil when there are no words or nothing has changed.
    mutating func say(
        _ id: String, _ text: String, from start: SessionTime, to end: SessionTime, interrupted: Bool,
        unsureWords: [String] = []
    ) -> Utterance? {
        let text = text.trimmed.shortened(toBytes: Self.longestText)
        guard let entry = entries[id], !text.isEmpty else { return nil }
        let bounds = bounds(of: id)
        var startTime = max(start.seconds, bounds.earliest)
        if let latest = bounds.latest { startTime = min(startTime, latest) }
        var endTime = max(end.seconds, startTime)
        if !interrupted, let latest = bounds.latest { endTime = max(startTime, min(endTime, latest)) }
        let utterance = Utterance(
            utteranceId: "u\(entry.number)", startTime: startTime, endTime: endTime,
            speaker: entry.speaker, text: text, interrupted: interrupted ? true : nil,
            unsureWords: unsureWords.isEmpty ? nil : unsureWords)
        guard utterance != entry.said else { return nil }
        entries[id]?.said = utterance
        return utterance
    }

    func said(_ id: String) -> Utterance? { entries[id]?.said }

    /// All utterances in the order of the conversation.
    var utterances: [Utterance] { conversation.compactMap(\.said) }

    /// All utterances in the order of the conversation, including those that have no words yet.
    var conversation: [(id: String?, speaker: Speaker, said: Utterance?, awaitsWords: Bool)] {
        var all: [(id: String?, speaker: Speaker, said: Utterance?, awaitsWords: Bool)] = []
        var next = 0
        for id in chain {
            guard let entry = entries[id] else { continue }
            let place = max(next, placeAmongEarlier(id))
            all += earlier[next..<place].map { (nil, $0.speaker, $0, false) }
            next = place
            all.append((id, entry.speaker, entry.said, entry.awaitsWords))
        }
        return all + earlier[next...].map { (nil, $0.speaker, $0, false) }
    }

    /// The number of another process's utterances before this one: all, unless this one was begun there as well.
    private func placeAmongEarlier(_ id: String) -> Int {
        guard let number = entries[id]?.number else { return earlier.count }
        return earlier.firstIndex { Self.number(of: $0) > number } ?? earlier.count
    }

    private static func number(of utterance: Utterance) -> Int { Int(utterance.utteranceId.dropFirst()) ?? 0 }

    /// The bounds of an item's times, in seconds: times follow the order of the chain, and one speaker ends before the
    /// other begins, unless the first was interrupted and both spoke at once.
    private func bounds(of id: String) -> (earliest: Double, latest: Double?) {
        guard let index = chain.lastIndex(of: id) else { return (0, nil) }
        let place = placeAmongEarlier(id)
        let candidates = [
            chain[..<index].reversed().lazy.compactMap { entries[$0]?.said }.first, earlier[..<place].last,
        ]
        let before = candidates.compactMap(\.self).max { Self.number(of: $0) < Self.number(of: $1) }
        let after = earlier[place...].first ?? chain[(index + 1)...].lazy.compactMap { entries[$0]?.said }.first
        var earliest = before?.startTime ?? 0
        if let before, before.interrupted != true { earliest = max(earliest, before.endTime) }
        return (earliest, after.map { max(earliest, $0.startTime) })
    }
}
