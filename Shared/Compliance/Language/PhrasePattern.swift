/// A phrase to look for, as the content files write it.
///
/// | written | matches |
/// |---|---|
/// | `safe` | that word, without regard to case and diacritics |
/// | `heal*`, `*frei` | words that begin or end with it |
/// | `a b\|c d` | the phrase «a b», or the phrase «c d» |
/// | `(a\|b c) d` | «a d», or «b c d» |
/// | `(really)? good` | with or without the words in brackets |
/// | `{be} safe` | any phrase of the language's class `be` |
/// | `a ... b` | up to five words between them, in the same clause |
/// | `a ~ b` | up to three words of the class `filler` between them |
/// | `^a`, `a$` | at the beginning, at the end of a clause |
struct PhrasePattern: Sendable {
    /// Maximum number of words that one `...` may skip.
    static let widestGap = 5
    /// Maximum number of fillers that one `~` may skip.
    static let mostFillers = 3

    enum Letters: Hashable, Sendable {
        case whole(String), beginning(String), ending(String)

        func match(_ word: String) -> Bool {
            switch self {
            case .whole(let text): word == text
            case .beginning(let text): word.hasPrefix(text)
            case .ending(let text): word.hasSuffix(text)
            }
        }
    }

    /// A set of words, any one of which matches.
    struct WordSet: Hashable, Sendable {
        /// As they are written.
        let words: [Letters]
        private var whole: Set<String> = []
        private var parts: [Letters] = []

        init(_ words: [Letters]) {
            self.words = words
            for word in words {
                if case .whole(let text) = word { whole.insert(text) } else { parts.append(word) }
            }
        }

        func match(_ word: String) -> Bool { whole.contains(word) || parts.contains { $0.match(word) } }
    }

    indirect enum Node: Hashable, Sendable {
        case word(Letters)
        case anyWord(WordSet)
        /// What a class stands for.
        case named(Node)
        case sequence([Node])
        case choice([Node])
        case optional(Node)
        case gap
        case fillers(Node)
        case clauseStart
        case clauseEnd
    }

    /// As it is written in its file.
    let source: String
    let root: Node

    /// Every place where the phrase begins, each with its nearest end.
    func matches(in reading: some WordSequence) -> [ClosedRange<Int>] {
        (0..<reading.count).compactMap { match(in: reading, at: $0) }
    }

    func match(in reading: some WordSequence, at start: Int) -> ClosedRange<Int>? {
        let ends = Self.ends(of: root, in: reading, from: [start], start: start)
        return ends.first { $0 > start }.map { start...($0 - 1) }
    }

    /// The positions after the node, in ascending order, for the given positions before it.
    private static func ends(
        of node: Node, in reading: some WordSequence, from positions: [Int], start: Int
    ) -> [Int] {
        guard !positions.isEmpty else { return [] }
        switch node {
        case .word(let letters):
            return positions.compactMap { position in
                position < reading.count && isJoined(position, in: reading, start: start)
                    && letters.match(reading.word(position)) ? position + 1 : nil
            }
        case .anyWord(let words):
            return positions.compactMap { position in
                position < reading.count && isJoined(position, in: reading, start: start)
                    && words.match(reading.word(position)) ? position + 1 : nil
            }
        case .named(let node): return ends(of: node, in: reading, from: positions, start: start)
        case .sequence(let nodes):
            return nodes.reduce(positions) { ends(of: $1, in: reading, from: $0, start: start) }
        case .choice(let nodes):
            return Set(nodes.flatMap { ends(of: $0, in: reading, from: positions, start: start) }).sorted()
        case .optional(let node):
            return Set(positions + ends(of: node, in: reading, from: positions, start: start)).sorted()
        case .gap:
            return Set(positions.flatMap { gap(in: reading, from: $0, start: start) }).sorted()
        case .fillers(let node):
            var reached = Set(positions)
            var edge = positions
            for _ in 0..<mostFillers {
                edge = ends(of: node, in: reading, from: edge, start: start).filter { reached.insert($0).inserted }
            }
            return reached.sorted()
        case .clauseStart:
            return positions.filter { $0 < reading.count && ($0 == 0 || reading.isBorder(before: $0)) }
        case .clauseEnd:
            return positions.filter { $0 > start && ($0 == reading.count || reading.isBorder(before: $0)) }
        }
    }

    /// Whether the phrase contains the word itself and does not only skip it.
    func names(_ word: String) -> Bool { Self.names(word, root) }

    private static func names(_ word: String, _ node: Node) -> Bool {
        switch node {
        case .word(let letters): letters.match(word)
        case .anyWord(let words): words.match(word)
        case .named(let node), .optional(let node): names(word, node)
        case .sequence(let nodes), .choice(let nodes): nodes.contains { names(word, $0) }
        case .gap, .fillers, .clauseStart, .clauseEnd: false
        }
    }

    private static func gap(in reading: some WordSequence, from position: Int, start: Int) -> [Int] {
        let furthest = min(position + widestGap, reading.count)
        guard position <= furthest else { return [] }
        return Array(
            (position...furthest).prefix { next in
                next == reading.count
                    || isJoined(next, in: reading, start: start) && !reading.isBorder(before: next)
            })
    }

    /// Whether there is no punctuation mark between the first word of the phrase and this word.
    private static func isJoined(_ position: Int, in reading: some WordSequence, start: Int) -> Bool {
        position == start || position < reading.count && reading.run(position) == reading.run(start)
    }
}

/// A sequence of words in which phrases are searched for.
protocol WordSequence {
    var count: Int { get }
    func word(_ index: Int) -> String
    /// The number of the run between punctuation marks.
    func run(_ index: Int) -> Int
    /// Whether a clause begins with this word.
    func isBorder(before index: Int) -> Bool
}

extension SpokenWords: WordSequence {
    var count: Int { words.count }
    func word(_ index: Int) -> String { words[index].text }
    func run(_ index: Int) -> Int { words[index].run }
    func isBorder(before index: Int) -> Bool {
        index == 0 || index >= words.count || words[index].run != words[index - 1].run
    }
}

extension ClosedRange where Bound == Int {
    func joins(_ other: Self) -> Bool { lowerBound <= other.upperBound && other.lowerBound <= upperBound }
}
