/// The words of an item as they come in, and how they lie over its sound, so that they can be cut where the sound was.
struct SpokenWords {
    /// Milliseconds that a customer takes for a character, until the session knows its own: 15 characters a second.
    static let usualPace = 1_000.0 / 15

    private(set) var text = ""
    private var characters = 0
    /// How many characters there were when so much sound was.
    private var marks: [(characters: Int, audioMs: Int)] = []

    /// - Parameter audioMs: the sound that had come before these words, in milliseconds.
    mutating func add(_ delta: String, audioMs: Int) {
        marks.append((characters, audioMs))
        text += delta
        characters += delta.count
    }

    /// The whole text, as it is told at the end; it may differ from the pieces.
    mutating func complete(_ whole: String) {
        text = whole
        characters = whole.count
    }

    /// The words that were heard of it: whole words, by their share of the sound.
    ///
    /// - Parameters:
    ///   - heardMs: what was heard of the sound.
    ///   - receivedMs: all the sound that there is.
    ///   - pace: nil when text and sound belong together to the end. When the sound broke off and the text may be ahead of
    ///     it: the milliseconds that a character takes.
    func heard(_ heardMs: Int, of receivedMs: Int, pace: Double?) -> String {
        guard heardMs > 0, receivedMs > 0 else { return "" }
        var length = receivedMs
        if let pace {
            let expected = Double(characters) * pace
            if expected > Double(length), expected < 86_400_000 { length = Int(expected) }
        }
        guard heardMs < length else { return Self.trimmed(text) }
        // A length that is estimated is as often too long as too short. So is what is rounded to the nearest character, and a
        // word is not missing because nine tenths of its last one fit.
        let half = length > receivedMs ? length / 2 : 0
        return Self.prefix(of: text, characters: min((characters * heardMs + half) / length, bound(heardMs)))
    }

    /// Models write ahead of their voice: what had not been written when a sound came was not to be heard in it. Says
    /// nothing where a server writes afterwards.
    private func bound(_ heardMs: Int) -> Int {
        guard let first = marks.first, first.audioMs == 0 else { return characters }
        return marks.first { $0.audioMs >= heardMs && $0.characters > 0 }?.characters ?? characters
    }

    /// As many whole words as fit into so many characters.
    static func prefix(of text: String, characters: Int) -> String {
        let text = trimmed(text)
        let prefix = text.prefix(max(0, characters))
        guard let next = text.dropFirst(prefix.count).first, !next.isWhitespace, prefix.last?.isWhitespace == false
        else {
            return trimmed(String(prefix))
        }
        guard let blank = prefix.lastIndex(where: \.isWhitespace) else { return "" }
        return trimmed(String(prefix[..<blank]))
    }

    static func firstWord(of text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
    }

    /// Without white space around it.
    static func trimmed(_ text: String) -> String {
        guard let first = text.firstIndex(where: { !$0.isWhitespace }),
            let last = text.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(text[first...last])
    }
}

/// How fast this session's customer speaks, learnt from what it said to the end.
struct SpeakingPace {
    private var characters = 0
    private var milliseconds = 0

    /// Milliseconds a character.
    var pace: Double {
        // A word or two say nothing.
        guard characters >= 40 else { return SpokenWords.usualPace }
        return min(max(Double(milliseconds) / Double(characters), 30), 200)
    }

    mutating func learn(characters: Int, milliseconds: Int) {
        self.characters += characters
        self.milliseconds += milliseconds
    }
}
