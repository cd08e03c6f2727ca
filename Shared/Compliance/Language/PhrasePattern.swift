/// A phrase to look for, as the YAML files write it.
///
/// Words stand between blanks or hyphens and match whole words, without regard to case and diacritics.
/// `heal*` also matches what begins with it, `*n't` what ends with it, `safe|harmless` either word, and `...` stands for
/// up to five words between two others.
struct PhrasePattern: Sendable {
    /// Words that one `...` may pass over.
    static let widestGap = 5

    enum Spelling: Sendable {
        case whole(String), beginning(String), ending(String)

        func matches(_ word: String) -> Bool {
            switch self {
            case .whole(let text): word == text
            case .beginning(let text): word.hasPrefix(text)
            case .ending(let text): word.hasSuffix(text)
            }
        }
    }

    /// One word of the phrase: any of these spellings, after a gap or directly after the word before.
    struct Element: Sendable {
        let spellings: [Spelling]
        let afterGap: Bool

        func matches(_ word: String) -> Bool { spellings.contains { $0.matches(word) } }
    }

    /// Positions of words in an utterance.
    struct Match {
        let first: Int
        let last: Int
        /// Words that a gap passed over.
        let passed: [Int]

        func overlaps(_ other: Match) -> Bool { first <= other.last && other.first <= last }
    }

    let elements: [Element]

    /// Nil when there is no word, a gap at either end, a `*` alone or inside a word, or a sign that no word has.
    init?(_ source: String) {
        var elements: [Element] = []
        var gap = false
        for part in source.split(whereSeparator: { $0 == " " || $0 == "-" }) {
            if part == "..." {
                guard !elements.isEmpty, !gap else { return nil }
                gap = true
                continue
            }
            let spellings = part.split(separator: "|", omittingEmptySubsequences: false).map(Self.spelling)
            guard !spellings.contains(where: { $0 == nil }) else { return nil }
            elements.append(Element(spellings: spellings.compactMap(\.self), afterGap: gap))
            gap = false
        }
        guard !elements.isEmpty, !gap else { return nil }
        self.elements = elements
    }

    private static func spelling(_ source: Substring) -> Spelling? {
        let text = SpokenWords.folded(String(source)).replacing("’", with: "'")
        let word = text.filter { $0 != "*" }
        // Anything else is a slip in the file: no spoken word would ever match it.
        guard !word.isEmpty, word.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "'" || $0 == "%" }) else {
            return nil
        }
        switch text {
        case word: return .whole(word)
        case word + "*": return .beginning(word)
        case "*" + word: return .ending(word)
        default: return nil
        }
    }

    /// Every place where the phrase begins, leftmost and shortest. A gap never passes over a word of `barriers`.
    func matches(in spoken: SpokenWords, barriers: Set<String> = []) -> [Match] {
        spoken.words.indices.compactMap { match(in: spoken.words, at: $0, barriers: barriers) }
    }

    func match(in words: [SpokenWords.Word], at start: Int, barriers: Set<String> = []) -> Match? {
        guard start < words.count, let head = elements.first, head.matches(words[start].folded) else { return nil }
        var passed: [Int] = []
        var position = start
        for element in elements.dropFirst() {
            let furthest = position + 1 + (element.afterGap ? Self.widestGap : 0)
            var next = position + 1
            while true {
                guard next < words.count, next <= furthest, words[next].clause == words[start].clause else {
                    return nil
                }
                if element.matches(words[next].folded) { break }
                guard element.afterGap, !barriers.contains(words[next].folded) else { return nil }
                passed.append(next)
                next += 1
            }
            position = next
        }
        return Match(first: start, last: position, passed: passed)
    }
}
