public import Domain

/// Checks whether what a model quotes was really said. A quote that is not in the transcript is worthless, however
/// plausible.
public enum Quotation {
    /// The longest quote, in bytes of UTF-8.
    public static let longest = 4_000

    /// The quote as it occurs in `text`, or nil if it does not occur.
    ///
    /// Blanks, invisible characters and the style of quotation marks and dashes are ignored, because models change
    /// them; every letter must match. Only whole words match, and at least `fewestWords` of them unless the quote is
    /// the whole text: a lone "the" proves nothing.
    ///
    /// - Parameter fewestWords: 2, or 1 where the place is known and the quote only shows that it was read.
    public static func verbatim(_ quote: String, in text: String, fewestWords: Int = 2) -> String? {
        // An oversized quote cannot be genuine, and searching for it would take long.
        guard quote.utf8.count <= longest else { return nil }
        let said = Array(SpokenText.cleaned(text))
        let wanted = trimmed(Array(SpokenText.cleaned(quote)))
        guard !wanted.isEmpty, wanted.count <= said.count else { return nil }
        let plainSaid = said.map(plain)
        let plainWanted = wanted.map(plain)
        for start in 0...(said.count - wanted.count) {
            let end = start + wanted.count
            guard plainSaid[start..<end].elementsEqual(plainWanted), isBoundary(plainSaid, at: start),
                isBoundary(plainSaid, at: end)
            else { continue }
            let words = wanted.split(whereSeparator: \.isWhitespace).count
            guard words >= fewestWords || trimmed(said).count == wanted.count else { return nil }
            return String(said[start..<end]) + closing(quote, after: end, in: said)
        }
        return nil
    }

    /// The evidence with the words as they are stored, or nil if the utterance that it names does not contain them.
    public static func checked(_ evidence: Evidence, against transcript: [Utterance]) -> Evidence? {
        guard let quote = evidence.text,
            let utterance = transcript.first(where: { $0.utteranceId == evidence.utteranceId }),
            let words = verbatim(quote, in: utterance.text)
        else { return nil }
        return Evidence(utteranceId: utterance.utteranceId, text: words)
    }

    /// The closing punctuation in `said`, if the quote has any.
    private static func closing(_ quote: String, after end: Int, in said: [Character]) -> String {
        let marks: Set<Character> = [".", "!", "?", "…", ";"]
        let isMarked = quote.reversed().prefix { !$0.isLetter && !$0.isNumber }.contains { marks.contains($0) }
        return isMarked ? String(said[end...].prefix { marks.contains($0) }) : ""
    }

    /// Without the characters around a quote: quotation marks, blanks, ellipses and closing punctuation.
    private static func trimmed(_ characters: [Character]) -> [Character] {
        let around: (Character) -> Bool = { !$0.isLetter && !$0.isNumber }
        let front = characters.drop(while: around)
        return Array(front.reversed().drop(while: around).reversed())
    }

    private static func plain(_ character: Character) -> Character {
        switch character {
        case "\u{2018}", "\u{2019}", "\u{201A}", "\u{02BC}", "`", "´": "'"
        case "\u{201C}", "\u{201D}", "\u{201E}", "«", "»": "\""
        case "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}": "-"
        default: character
        }
    }

    /// Whether a word begins or ends there.
    private static func isBoundary(_ characters: [Character], at index: Int) -> Bool {
        guard index > 0, index < characters.count else { return true }
        func isInWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }
        return !(isInWord(characters[index - 1]) && isInWord(characters[index]))
    }
}
