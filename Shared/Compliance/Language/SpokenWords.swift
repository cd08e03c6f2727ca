import Foundation

/// An utterance as words that can be compared: lower case, without diacritics, contractions written out, each with its
/// place in the original, so that a finding can quote what was said.
struct SpokenWords: Sendable {
    /// About half an hour of speech. Words beyond it are not examined.
    static let mostWords = 4_000

    struct Word: Sendable {
        let text: String
        let range: Range<String.Index>
        /// Number of the run of words between punctuation marks. No phrase reaches across a mark.
        let run: Int
        /// Number of the sentence.
        let sentence: Int
    }

    /// What ends a sentence.
    enum Mark: Sendable { case question, stop, none }

    let text: String
    private(set) var words: [Word] = []
    /// Indexed by the number of the sentence.
    private(set) var marks: [Mark] = []

    init(_ text: String, spelling: Spelling = .plain) {
        self.text = text
        let scalars = text.unicodeScalars
        var run = 0
        var sentence = 0
        var folded = ""
        var start = scalars.startIndex
        var end = scalars.startIndex
        var index = scalars.startIndex

        func close() {
            while folded.last == "'" { folded.removeLast() }
            if !folded.isEmpty, !spelling.noise.contains(folded) {
                for part in spelling.expanded(folded) {
                    words.append(Word(text: part, range: start..<end, run: run, sentence: sentence))
                }
            }
            folded = ""
        }

        func endSentence(_ mark: Mark) {
            // «Really?!» and «…» are one mark.
            guard words.last?.sentence == sentence else { return }
            marks.append(mark)
            sentence += 1
        }

        while index < scalars.endIndex, words.count < Self.mostWords {
            let scalar = scalars[index]
            let next = scalars.index(after: index)
            switch Self.role(of: scalar) {
            case .letter:
                if folded.isEmpty { start = index }
                Self.fold(scalar, into: &folded)
                end = next
            case .apostrophe:
                if !folded.isEmpty { folded += "'" }
            case .sign:
                close()
                words.append(Word(text: String(scalar), range: index..<next, run: run, sentence: sentence))
            case .mark:
                // The stop in «1.5» and the colon in «8:30» end no run and no sentence.
                let insideNumber =
                    next < scalars.endIndex && !folded.isEmpty && scalars[next].properties.numericType != nil
                close()
                if !insideNumber {
                    run += 1
                    switch scalar {
                    case "?", "\u{037E}": endSentence(.question)
                    case ";" where spelling.semicolonAsks: endSentence(.question)
                    case ".", "!", "…", "\n": endSentence(.stop)
                    default: break
                    }
                }
            case .space: close()
            case .invisible: break
            }
            index = next
        }
        close()
        endSentence(.none)
    }

    /// The original text from the first to the last word of a range.
    func quote(_ stretch: ClosedRange<Int>) -> String {
        guard words.indices.contains(stretch.lowerBound), words.indices.contains(stretch.upperBound) else { return "" }
        return String(text[words[stretch.lowerBound].range.lowerBound..<words[stretch.upperBound].range.upperBound])
    }

    /// The parts that a word is split into, as in a text.
    static func parts(of word: String, _ spelling: Spelling) -> [String] {
        guard word.allSatisfy({ $0.isLetter }) else { return Self(word, spelling: spelling).words.map(\.text) }
        return spelling.noise.contains(word) ? [] : spelling.expanded(word)
    }

    /// The form in which words are compared: «Zdravé» and «zdrave», «Δωρεάν» and «δωρεαν» are the same.
    static func folded(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { fold($1, into: &$0) }
    }

    private static func fold(_ scalar: Unicode.Scalar, into letters: inout String) {
        // Most letters are ASCII, and look-ups in Unicode's tables are slow.
        if scalar.isASCII {
            let isCapital = ("A"..."Z").contains(scalar)
            letters.unicodeScalars.append(isCapital ? Unicode.Scalar(UInt8(scalar.value) + 32) : scalar)
            return
        }
        let index = Int(scalar.value)
        letters += foldedLetters.indices.contains(index) ? foldedLetters[index] : withoutMarks(scalar)
    }

    /// Precomputed for the scalars of European languages, because look-ups in Unicode's tables are slow.
    private static let foldedLetters = (0..<0x2000).map { Unicode.Scalar($0).map(withoutMarks) ?? "" }

    private static func withoutMarks(_ scalar: Unicode.Scalar) -> String {
        var letters = ""
        for part in scalar.properties.lowercaseMapping.decomposedStringWithCompatibilityMapping.unicodeScalars
        where part.properties.generalCategory != .nonspacingMark {
            switch part {
            case "ς": letters.unicodeScalars.append("σ")
            case "ß": letters += "ss"
            default: letters.unicodeScalars.append(part)
            }
        }
        return letters
    }

    private enum Role { case letter, apostrophe, sign, mark, space, invisible }

    private static func role(of scalar: Unicode.Scalar) -> Role {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": return .letter
        case " ": return .space
        case "'", "’", "ʼ", "`": return .apostrophe
        case "%", "€": return .sign
        case "-", "‐", "‑", "/", "_", "\"", "„", "“", "”", "«", "»": return .space
        default: break
        }
        if scalar.properties.isWhitespace { return scalar == "\n" ? .mark : .space }
        if scalar.properties.isAlphabetic || scalar.properties.numericType != nil { return .letter }
        if scalar.properties.generalCategory == .nonspacingMark { return .letter }
        return SpokenText.isInvisible(scalar) ? .invisible : .mark
    }
}

/// How the words of a language are written: which words are left out, and which contractions are written out.
struct Spelling: Sendable {
    /// Sounds that are not words: «uh», «ehm».
    var noise: Set<String> = []
    /// Whole words: «won't» is «will not».
    var contractions: [String: [String]] = [:]
    /// Word endings, the longest first: «isn't» is «is not».
    var endings: [(ending: String, words: [String])] = []
    /// The Greek question mark looks like a semicolon.
    var semicolonAsks = false

    static let plain = Spelling()

    func expanded(_ word: String) -> [String] {
        if let words = contractions[word] { return words }
        for (ending, words) in endings where word.count > ending.count && word.hasSuffix(ending) {
            return expanded(String(word.dropLast(ending.count))) + words
        }
        return [word]
    }
}
