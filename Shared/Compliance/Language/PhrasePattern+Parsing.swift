extension PhrasePattern {
    /// Why a source is not a valid pattern, as the end of a sentence: «has a bracket that is not closed: (a|b».
    struct Flaw: Error {
        let reason: String
    }

    /// - Parameters:
    ///   - classes: what `{name}` stands for.
    ///   - spelling: of the language, so that «isn't» is split like the words of an utterance.
    /// - Throws: `Flaw` for a source that is not a valid pattern, or that contains a word which can never match.
    init(_ source: String, classes: [String: Node] = [:], spelling: Spelling = .plain) throws(Flaw) {
        var parser = Parser(source: source, classes: classes, spelling: spelling)
        self.source = source
        root = try parser.whole()
    }

    private struct Parser {
        let classes: [String: Node]
        let spelling: Spelling
        /// Scalars, because they are fast, and thousands of phrases per language are parsed at every start.
        private var rest: Substring.UnicodeScalarView
        private let source: String

        init(source: String, classes: [String: Node], spelling: Spelling) {
            self.source = source
            self.classes = classes
            self.spelling = spelling
            rest = source[...].unicodeScalars
        }

        private func flaw(_ reason: String) -> Flaw { Flaw(reason: "\(reason): \(source)") }

        mutating func whole() throws(Flaw) -> Node {
            let node = try alternatives()
            guard rest.isEmpty else { throw flaw("has a bracket too many") }
            return node
        }

        private mutating func alternatives() throws(Flaw) -> Node {
            var nodes = [try sequence()]
            while rest.first == "|" {
                rest.removeFirst()
                let next = try sequence()
                guard !nodes.contains(next) else { throw flaw("has an alternative twice") }
                nodes.append(next)
            }
            return Node(anyOf: nodes)
        }

        private mutating func sequence() throws(Flaw) -> Node {
            var nodes: [Node] = []
            while true {
                rest = rest.drop { $0 == " " || $0 == "-" }
                guard let next = rest.first, next != "|", next != ")" else { break }
                var node = try element(next)
                if rest.first == "?" {
                    rest.removeFirst()
                    node = .optional(node)
                }
                nodes.append(node)
            }
            // «(at all|$)»: the clause may also end there.
            guard nodes.contains(where: \.isMatter) || nodes == [.clauseEnd] else {
                throw flaw("has an alternative without a word")
            }
            try checkEdges(nodes)
            return nodes.count == 1 ? nodes[0] : .sequence(nodes)
        }

        private func checkEdges(_ nodes: [Node]) throws(Flaw) {
            for (index, node) in nodes.enumerated() {
                let (isFirst, isLast) = (index == 0, index == nodes.count - 1)
                switch node {
                case .gap, .fillers:
                    guard !isFirst, !isLast, !nodes[index - 1].isGap else { throw flaw("has a gap at its edge") }
                case .clauseStart:
                    guard isFirst else { throw flaw("has ^ where no clause begins") }
                case .clauseEnd:
                    guard isLast else { throw flaw("has $ where no clause ends") }
                case .word, .anyWord, .named, .sequence, .choice, .optional: break
                }
            }
        }

        private mutating func element(_ next: Unicode.Scalar) throws(Flaw) -> Node {
            switch next {
            case "(":
                rest.removeFirst()
                let node = try alternatives()
                guard rest.first == ")" else { throw flaw("has a bracket that is not closed") }
                rest.removeFirst()
                return node
            case "{":
                rest.removeFirst()
                let name = String(Substring(rest.prefix { $0 != "}" }))
                rest = rest.drop { $0 != "}" }
                guard !rest.isEmpty else { throw flaw("has a bracket that is not closed") }
                rest.removeFirst()
                guard let node = classes[name] else { throw flaw("names a class that is not there, {\(name)}") }
                return .named(node)
            case "^":
                rest.removeFirst()
                return .clauseStart
            case "$":
                rest.removeFirst()
                return .clauseEnd
            case "~":
                rest.removeFirst()
                guard let fillers = classes["filler"] else { throw flaw("has ~ in a language without fillers") }
                return .fillers(fillers)
            default:
                if rest.starts(with: "...".unicodeScalars) {
                    rest = rest.dropFirst(3)
                    return .gap
                }
                let text = rest.prefix { !Self.isSign($0) }
                guard !text.isEmpty else { throw flaw("has a sign that no word has") }
                rest = rest.drop { !Self.isSign($0) }
                return try word(String(Substring(text)))
            }
        }

        private static func isSign(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar {
            case " ", "-", "|", "(", ")", "?", "^", "$", "~", "{", "}": true
            default: false
            }
        }

        private func word(_ source: String) throws(Flaw) -> Node {
            let folded = SpokenWords.folded(source)
            let text = folded.contains("’") ? folded.replacing("’", with: "'") : folded
            let letters = text.filter { $0 != "*" }
            guard !letters.isEmpty,
                letters.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "'" || $0 == "%" || $0 == "€" })
            else { throw flaw("has a word that nobody can say, \(source)") }
            switch text {
            case letters + "*": return .word(.beginning(letters))
            case "*" + letters: return .word(.ending(letters))
            case letters:
                // Split like the words of an utterance, so that the pattern finds them.
                let words = SpokenWords.parts(of: letters, spelling).map { Node.word(.whole($0)) }
                guard let first = words.first else { throw flaw("has a word that is left out of speech, \(source)") }
                return words.count == 1 ? first : .sequence(words)
            default: throw flaw("has a * inside a word, \(source)")
            }
        }
    }
}

extension PhrasePattern.Node {
    /// A choice in which single words are looked up instead of tried one after the other.
    init(anyOf nodes: [Self]) {
        let words = nodes.flatMap { node -> [PhrasePattern.Letters] in
            switch node {
            case .word(let letters): [letters]
            case .anyWord(let set): set.words
            default: []
            }
        }
        let others = nodes.filter { node in
            switch node {
            case .word, .anyWord: false
            default: true
            }
        }
        let choices = (words.isEmpty ? [] : [words.count == 1 ? .word(words[0]) : .anyWord(.init(words))]) + others
        self = choices.count == 1 ? choices[0] : .choice(choices)
    }

    /// Whether a match always contains a word.
    var isMatter: Bool {
        switch self {
        case .word, .anyWord: true
        case .named(let node): node.isMatter
        case .sequence(let nodes): nodes.contains(where: \.isMatter)
        case .choice(let nodes): nodes.allSatisfy(\.isMatter)
        case .optional, .gap, .fillers, .clauseStart, .clauseEnd: false
        }
    }

    fileprivate var alternatives: [Self] {
        if case .anyWord(let set) = self { set.words.map { .word($0) } } else { [self] }
    }

    fileprivate var isGap: Bool {
        switch self {
        case .gap, .fillers: true
        default: false
        }
    }
}

extension PhrasePattern {
    /// Sentences that contain the phrase, each alternative in at least one of them. The loader and the tests check the
    /// pattern against them.
    var examples: [String] { examplesByAlternative.flatMap(\.self) }

    /// The examples of each phrase that `|` separates.
    var examplesByAlternative: [[String]] {
        let nodes: [Node] =
            switch root {
            case .choice(let nodes): nodes.flatMap { $0.alternatives }
            default: root.alternatives
            }
        return nodes.map { node in Self.examples(of: node).map { $0.joined(separator: " ") } }
    }

    private static func examples(of node: Node) -> [[String]] {
        switch node {
        case .word(.whole(let text)): [[text]]
        case .word(.beginning(let text)): [[text + "a"]]
        case .word(.ending(let text)): [["a" + text]]
        case .anyWord(let set): set.words.flatMap { examples(of: .word($0)) }
        // All alternatives of a class were checked where it was defined.
        case .named(let node): Array(examples(of: node).prefix(1))
        case .choice(let nodes): nodes.flatMap(examples)
        case .optional(let node): examples(of: node) + [[]]
        case .gap, .fillers, .clauseStart, .clauseEnd: [[]]
        case .sequence(let nodes):
            nodes.reduce([[]]) { heads, node in
                let tails = examples(of: node)
                // Each head and each tail once, not each pair.
                return (0..<max(heads.count, tails.count)).map { index in
                    heads[index % heads.count] + tails[index % tails.count]
                }
            }
        }
    }
}
