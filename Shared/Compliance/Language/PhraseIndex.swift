/// Finds the phrases that can begin with a word, so that not every phrase is tried at every word.
struct PhraseIndex: Sendable {
    private var whole: [String: [Int]] = [:]
    /// By their first character, for patterns that only give the beginning of a word.
    private var beginnings: [Character: [(text: String, number: Int)]] = [:]
    private var endings: [(text: String, number: Int)] = []
    private var anywhere: [Int] = []

    init(_ patterns: [PhrasePattern]) {
        for (number, pattern) in patterns.enumerated() {
            guard let letters = pattern.firstWords else {
                anywhere.append(number)
                continue
            }
            for letter in letters {
                switch letter {
                case .whole(let text): whole[text, default: []].append(number)
                case .beginning(let text):
                    if let first = text.first { beginnings[first, default: []].append((text, number)) }
                case .ending(let text): endings.append((text, number))
                }
            }
        }
    }

    /// Indices of the phrases that may begin with the word; an index may occur twice.
    func candidates(_ word: String) -> [Int] {
        var numbers = anywhere
        if let exact = whole[word] { numbers += exact }
        if let first = word.first, let begun = beginnings[first] {
            for entry in begun where word.hasPrefix(entry.text) { numbers.append(entry.number) }
        }
        for entry in endings where word.hasSuffix(entry.text) { numbers.append(entry.number) }
        return numbers
    }
}

extension PhrasePattern {
    /// The words that the phrase can begin with; nil if it can begin with any word.
    fileprivate var firstWords: Set<Letters>? {
        switch Self.beginning(of: root) {
        case .anything: nil
        case .words(let words, canBeEmpty: let isEmpty): isEmpty ? nil : words
        }
    }

    private enum Beginning {
        case anything
        case words(Set<Letters>, canBeEmpty: Bool)
    }

    private static func beginning(of node: Node) -> Beginning {
        switch node {
        case .word(let letters): return .words([letters], canBeEmpty: false)
        case .anyWord(let set): return .words(Set(set.words), canBeEmpty: false)
        case .named(let node): return beginning(of: node)
        case .clauseStart, .clauseEnd: return .words([], canBeEmpty: true)
        case .gap: return .anything
        case .optional(let node), .fillers(let node):
            guard case .words(let words, _) = beginning(of: node) else { return .anything }
            return .words(words, canBeEmpty: true)
        case .choice(let nodes):
            return nodes.reduce(.words([], canBeEmpty: false)) { sum, node in
                guard case .words(let known, let wasEmpty) = sum,
                    case .words(let more, let isEmpty) = beginning(of: node)
                else { return .anything }
                return .words(known.union(more), canBeEmpty: wasEmpty || isEmpty)
            }
        case .sequence(let nodes):
            var words: Set<Letters> = []
            for node in nodes {
                guard case .words(let more, let isEmpty) = beginning(of: node) else { return .anything }
                words.formUnion(more)
                if !isEmpty { return .words(words, canBeEmpty: false) }
            }
            return .words(words, canBeEmpty: true)
        }
    }
}
