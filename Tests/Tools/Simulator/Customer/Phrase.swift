/// A phrase as a sequence of consecutive words, in lower case.
struct Phrase: Hashable, Sendable, ExpressibleByStringLiteral {
    let text: String
    let words: [String]

    init(stringLiteral text: String) {
        self.text = text
        words = text.split { $0 == " " || $0 == "-" }.map(String.init)
    }
}

/// The words of an utterance, in which phrases are found regardless of case and punctuation.
struct WordList: Sendable {
    let words: [String]
    private let known: Set<String>

    init(_ text: String) {
        words = text.lowercased().replacing("’", with: "'").split { !($0.isLetter || $0.isNumber || $0 == "'") }
            .map(String.init)
        known = Set(words)
    }

    /// The positions at which a phrase begins.
    func places(of phrase: Phrase) -> [Int] {
        let wanted = phrase.words
        // Fast path: a prompt holds a whole conversation, whose utterances are examined for each member of the answer.
        guard words.count >= wanted.count, wanted.allSatisfy(known.contains) else { return [] }
        return (0...words.count - wanted.count).filter { words[$0..<$0 + wanted.count].elementsEqual(wanted) }
    }

    func says(_ phrase: Phrase) -> Bool { !places(of: phrase).isEmpty }

    func says(any phrases: [Phrase]) -> Bool { phrases.contains(where: says) }

    /// The beginnings of the longer words, which stand for their meaning.
    var stems: Set<Substring> { Set(words.filter { $0.count > 3 }.map { $0.prefix(5) }) }

    func begins(with phrase: Phrase) -> Bool { words.starts(with: phrase.words) }
}
