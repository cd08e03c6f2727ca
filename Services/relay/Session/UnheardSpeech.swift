/// What the trainee has said and nobody has written down yet, as positions in the input audio: so much must be kept, so that
/// it can be said again to a new connection when the present one is lost.
struct UnheardSpeech {
    /// Speech is noticed a moment after it has begun; so much before that is kept.
    static let preRollBytes = 600 * PCM.bytesPerMillisecond

    /// Where the sentence begins that is being spoken.
    private var sentence: Int?
    /// Where it ended, once that is known.
    private var sentenceEnd: Int?
    /// Sentences that are items already and whose words are still to come.
    private(set) var awaited: [String: Range<Int>] = [:]
    /// Where the first connection to be ready is to begin; nil while there is one.
    private var unsent: Int? = 0
    /// Everything before this is an item, or was called off.
    private var settledUpTo = 0
    private var firstAwaited: Int?

    /// Everything from here on may be needed once more.
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

    mutating func written(_ itemId: String) {
        guard awaited.removeValue(forKey: itemId) != nil else { return }
        firstAwaited = awaited.values.map(\.lowerBound).min()
    }

    /// The connection is lost: what was being said goes to the next one, from its beginning.
    mutating func lose(at position: Int) {
        unsent = unsent ?? sentence ?? max(settledUpTo, position - Self.preRollBytes)
        sentence = nil
    }

    /// A connection is ready to hear.
    ///
    /// - Returns: what it has to be told first.
    mutating func resend(upTo position: Int) -> Range<Int> {
        let start = min(unsent ?? position, position)
        unsent = nil
        return start..<position
    }

    /// Nobody listens to what was being said: the client is gone. Sentences that are items are still waited for.
    mutating func drop(at position: Int) {
        sentence = nil
        settledUpTo = position
        if unsent != nil { unsent = position }
    }
}
