import Foundation

/// An utterance as words that can be compared: folded to lower case without diacritics, each with its place in the
/// original, so that a finding can quote what was really said.
struct SpokenWords {
    /// A monologue of half an hour. What follows is not examined: it was not spoken by a person.
    static let mostWords = 4_000

    struct Word {
        let folded: String
        let range: Range<String.Index>
        /// Numbers the stretches between punctuation marks. A phrase never reaches across one.
        let clause: Int
    }

    let text: String
    private(set) var words: [Word] = []

    init(_ text: String) {
        self.text = text
        let scalars = text.unicodeScalars
        var clause = 0
        var folded = ""
        var start = scalars.startIndex
        var end = scalars.startIndex
        var index = scalars.startIndex

        func close() {
            while folded.last == "'" { folded.removeLast() }
            if !folded.isEmpty { words.append(Word(folded: folded, range: start..<end, clause: clause)) }
            folded = ""
        }

        while index < scalars.endIndex, words.count < Self.mostWords {
            let scalar = scalars[index]
            let next = scalars.index(after: index)
            switch Self.role(of: scalar) {
            case .letter:
                if folded.isEmpty { start = index }
                folded += Self.folded(scalar)
                end = next
            case .apostrophe:
                if !folded.isEmpty { folded += "'" }
            case .sign:
                close()
                words.append(Word(folded: String(scalar), range: index..<next, clause: clause))
            case .mark:
                // The stop in «1.5» and the colon in «8:30» end nothing.
                let insideNumber =
                    next < scalars.endIndex && !folded.isEmpty && scalars[next].properties.numericType != nil
                close()
                if !insideNumber { clause += 1 }
            case .space: close()
            case .invisible: break
            }
            index = next
        }
        close()
    }

    /// The original words from the first to the last of a match.
    func quote(_ match: PhrasePattern.Match) -> String {
        String(text[words[match.first].range.lowerBound..<words[match.last].range.upperBound])
    }

    /// The letters that a word is compared by: «Zdravé» and «zdrave», «Δωρεάν» and «δωρεαν» are the same.
    static func folded(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { $0 += folded($1) }
    }

    private static func folded(_ scalar: Unicode.Scalar) -> String {
        if scalar.isASCII { return scalar.properties.lowercaseMapping }
        var letters = String.UnicodeScalarView()
        for part in scalar.properties.lowercaseMapping.decomposedStringWithCompatibilityMapping.unicodeScalars
        where part.properties.generalCategory != .nonspacingMark {
            letters.append(part == "ς" ? "σ" : part)
        }
        return String(letters)
    }

    private enum Role { case letter, apostrophe, sign, mark, space, invisible }

    private static func role(of scalar: Unicode.Scalar) -> Role {
        switch scalar {
        case "'", "’", "ʼ", "`": return .apostrophe
        case "%": return .sign
        case "-", "‐", "‑", "/", "_", "\"", "„", "“", "”", "«", "»": return .space
        default: break
        }
        if scalar.properties.isWhitespace { return scalar == "\n" ? .mark : .space }
        if scalar.properties.isAlphabetic || scalar.properties.numericType != nil { return .letter }
        if scalar.properties.generalCategory == .nonspacingMark { return .letter }
        return SpokenText.isInvisible(scalar) ? .invisible : .mark
    }
}
