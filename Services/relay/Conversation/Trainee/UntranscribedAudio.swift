/// The trainee's audio that has no transcript yet, as positions in the input audio. It must be kept, so that it can be
/// sent to a new connection when the current one is lost.
struct UntranscribedAudio {
    /// Speech is detected a moment after it begins; this much audio before that is kept.
    static let preRollBytes = 600 * PCM.bytesPerMillisecond

    /// Where the sentence begins that the trainee is speaking.
    private var sentence: Int?
    /// Where it ended, once that is known.
    private var sentenceEnd: Int?
    /// Sentences that are items already and have no words yet, by item id.
    private(set) var awaited: [String: Range<Int>] = [:]
    /// Where the next connection must begin; nil while one is ready.
    private var unsent: Int? = 0
    /// Everything before this is an item, or was discarded.
    private var settledUpTo = 0
    private var firstAwaited: Int?

    /// The first position that may be needed again.
    func keptFrom(_ position: Int) -> Int {
        let latest = unsent ?? sentence ?? max(settledUpTo, position - Self.preRollBytes)
        return firstAwaited.map { min($0, latest) } ?? latest
    }

    mutating func begin(at position: Int) {
        sentence = max(position, settledUpTo)
        sentenceEnd = nil
    }

    mutating func end(at position: Int) {
        sentenceEnd = position
    }

    /// The sentence has become an item.
    mutating func commit(_ itemId: String, at position: Int) {
        let end = sentenceEnd ?? position
        let start = min(sentence ?? max(settledUpTo, end - Self.preRollBytes), end)
        awaited[itemId] = start..<end
        firstAwaited = awaited.values.map(\.lowerBound).min()
        sentence = nil
        sentenceEnd = nil
        settledUpTo = max(settledUpTo, end)
    }

    mutating func transcribed(_ itemId: String) {
        guard awaited.removeValue(forKey: itemId) != nil else { return }
        firstAwaited = awaited.values.map(\.lowerBound).min()
    }

    /// Sentences have given up their ids for these names.
    mutating func rename(_ names: [String: String]) {
        for (id, name) in names { awaited[name] = awaited.removeValue(forKey: id) }
    }

    /// The connection is lost: the sentence that is being spoken goes to the next one, from its beginning.
    mutating func lose(at position: Int) {
        unsent = unsent ?? sentence ?? max(settledUpTo, position - Self.preRollBytes)
        sentence = nil
    }

    /// A connection is ready for audio.
    ///
    /// - Returns: what it must be sent first.
    mutating func resend(upTo position: Int) -> Range<Int> {
        let start = min(unsent ?? position, position)
        unsent = nil
        return start..<position
    }

    /// The client is gone, so what it was sending has no listener. Sentences that are items still wait for their words.
    mutating func drop(at position: Int) {
        sentence = nil
        settledUpTo = position
        if unsent != nil { unsent = position }
    }
}
