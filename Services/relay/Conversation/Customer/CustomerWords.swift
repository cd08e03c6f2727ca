import Domain

/// The words of an item as they come in, and how they align with its audio, so that they can be cut where the audio
/// was.
struct CustomerWords {
    /// Milliseconds per character until the session has measured its own pace: 15 characters a second.
    static let usualPace = 1_000.0 / 15

    /// The most words that are kept of one item, in bytes of UTF-8: far more than an answer has.
    static let mostBytes = 65_536

    private(set) var text = ""
    private var characters = 0
    /// Characters transcribed by this audio offset.
    private var marks: [(characters: Int, audioMs: Int)] = []

    /// - Parameter audioMs: audio that had come before these words, in milliseconds.
    mutating func add(_ delta: String, audioMs: Int) {
        guard text.utf8.count + delta.utf8.count <= Self.mostBytes else { return }
        marks.append((characters, audioMs))
        text += delta
        characters += delta.count
    }

    /// The whole text, as it is sent at the end; it may differ from the pieces.
    mutating func complete(_ whole: String) {
        text = whole.beginning(bytes: Self.mostBytes)
        characters = text.count
    }

    /// The words that were heard: whole words, by their share of the audio.
    ///
    /// - Parameters:
    ///   - heardMs: audio that was heard, in milliseconds.
    ///   - receivedMs: all the audio that was received, in milliseconds.
    ///   - pace: nil when text and audio end together. When the audio broke off and the text may be ahead of it:
    ///     milliseconds per character.
    func heard(_ heardMs: Int, of receivedMs: Int, pace: Double?) -> String {
        guard heardMs > 0, receivedMs > 0 else { return "" }
        var length = receivedMs
        if let pace {
            let expected = Double(characters) * pace
            if expected > Double(length), expected < 86_400_000 { length = Int(expected) }
        }
        guard heardMs < length else { return text.trimmed }
        // An estimated length is too long as often as too short, so the share is rounded to the nearest character: a
        // word is not dropped because nine tenths of its last character fit.
        let half = length > receivedMs ? length / 2 : 0
        return Self.prefix(of: text, characters: min((characters * heardMs + half) / length, bound(heardMs)))
    }

    /// Models write ahead of their audio: words that had not been written when a piece of audio came cannot be in it.
    /// No bound for servers that write after the audio.
    private func bound(_ heardMs: Int) -> Int {
        guard let first = marks.first, first.audioMs == 0 else { return characters }
        return marks.first { $0.audioMs >= heardMs && $0.characters > 0 }?.characters ?? characters
    }

    /// The whole words that fit into a number of characters.
    static func prefix(of text: String, characters: Int) -> String {
        let text = text.trimmed
        let prefix = text.prefix(max(0, characters))
        guard let next = text.dropFirst(prefix.count).first, !next.isWhitespace, prefix.last?.isWhitespace == false
        else {
            return String(prefix).trimmed
        }
        guard let blank = prefix.lastIndex(where: \.isWhitespace) else { return "" }
        return String(prefix[..<blank]).trimmed
    }

    static func firstWord(of text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
    }
}
