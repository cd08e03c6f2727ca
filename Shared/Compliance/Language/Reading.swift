/// An utterance split into words, clauses and sentences.
struct Reading: Sendable, WordSequence {
    let spoken: SpokenWords
    let grammar: Grammar
    let clauses: [Clause]
    /// For each word, the number of its clause.
    private let clauseOfWord: [Int]
    /// The words of every sentence.
    private let sentences: [Range<Int>]

    struct Clause: Sendable {
        let words: Range<Int>
        let sentence: Int
        let opener: Opener
        /// Whether it begins with a subject and its verb, possibly after its opener.
        let hasOnset: Bool
        /// Words that deny.
        let negators: [ClosedRange<Int>]
        /// The index of the first finite verb.
        let verb: Int?
    }

    /// What joins a clause to the one before.
    enum Opener: Sendable {
        /// Nothing but the next subject, or a comma.
        case none
        case addition, turn, complement, indirectQuestion, condition, relative
    }

    init(_ text: String, grammar: Grammar) {
        let spoken = SpokenWords(text, spelling: grammar.spelling)
        self.spoken = spoken
        self.grammar = grammar
        let borders = Self.borders(in: spoken, grammar)
        var clauses: [Clause] = []
        var clauseOfWord: [Int] = []
        for (number, border) in borders.enumerated() {
            let end = number + 1 < borders.count ? borders[number + 1].start : spoken.count
            let range = border.start..<end
            clauseOfWord += Array(repeating: number, count: range.count)
            clauses.append(Self.clause(range, border, in: spoken, grammar))
        }
        self.clauses = clauses
        self.clauseOfWord = clauseOfWord
        var sentences: [Range<Int>] = []
        for clause in clauses {
            while sentences.count <= clause.sentence {
                sentences.append(clause.words.lowerBound..<clause.words.lowerBound)
            }
            sentences[clause.sentence] = sentences[clause.sentence].lowerBound..<clause.words.upperBound
        }
        self.sentences = sentences
    }

    // MARK: Words

    var count: Int { spoken.count }
    func word(_ index: Int) -> String { spoken.word(index) }
    func run(_ index: Int) -> Int { spoken.run(index) }
    func isBorder(before index: Int) -> Bool {
        index == 0 || index >= count || clauseOfWord[index] != clauseOfWord[index - 1]
    }

    func clause(of word: Int) -> Int { clauseOfWord.indices.contains(word) ? clauseOfWord[word] : 0 }

    func sentence(_ number: Int) -> Range<Int> {
        sentences.indices.contains(number) ? sentences[number] : 0..<0
    }

    func isMarkedQuestion(_ sentence: Int) -> Bool {
        spoken.marks.indices.contains(sentence) && spoken.marks[sentence] == .question
    }

    // MARK: Clauses

    private struct Border {
        let start: Int
        let opener: Opener
        let hasOnset: Bool
    }

    private static func borders(in words: SpokenWords, _ grammar: Grammar) -> [Border] {
        var borders: [Border] = []
        // In «anything but» and «nothing but» the word «but» begins no clause.
        var isInDenial = Array(repeating: false, count: words.count)
        for denial in [grammar.negators, grammar.mistakenNegators].flatMap({ $0.matches(in: words) }) {
            for index in denial.dropFirst() { isInDenial[index] = true }
        }
        // Whether the clause so far contains a verb or a denial.
        var hasVerb = false
        // An onset contains no other: «δεν είναι» is one, and «είναι» in it is none.
        var onsetEnd = 0
        for index in 0..<words.count {
            let isAfterMark = index == 0 || words.run(index) != words.run(index - 1)
            let opener = isInDenial[index] ? Opener.none : opener(at: index, in: words, grammar)
            let followsPreposition = !isAfterMark && grammar.prepositions.match(in: words, at: index - 1) != nil
            // Where the word order is free, a subject with its verb begins a clause only after another verb.
            let mayBegin = isAfterMark || opener != .none || !grammar.negationMayFollow || hasVerb
            let onset =
                followsPreposition || index < onsetEnd || !mayBegin ? nil : grammar.onsets.match(in: words, at: index)
            if let onset { onsetEnd = max(onsetEnd, onset.upperBound + 1) }
            let hasOnset = onset != nil
            // «and it is», «that it is»: one border, not two.
            let isOpened = borders.last.map { $0.start == index - 1 && $0.opener != .none && !isAfterMark } ?? false
            if isOpened, hasOnset, opener == .none, let last = borders.popLast() {
                borders.append(Border(start: last.start, opener: last.opener, hasOnset: true))
            } else if isAfterMark || opener != .none || hasOnset {
                borders.append(Border(start: index, opener: opener, hasOnset: hasOnset))
                hasVerb = false
            }
            hasVerb = hasVerb || [grammar.verbs, grammar.negators].contains { $0.match(in: words, at: index) != nil }
        }
        return borders
    }

    private static func opener(at index: Int, in words: SpokenWords, _ grammar: Grammar) -> Opener {
        let openers: [(Grammar.Phrases, Opener)] = [
            (grammar.complements, .complement), (grammar.indirectQuestions, .indirectQuestion),
            (grammar.conditions, .condition), (grammar.relatives, .relative), (grammar.turns, .turn),
            (grammar.additions, .addition),
        ]
        let opener = openers.first { $0.0.match(in: words, at: index) != nil }?.1 ?? .none
        // «That is better for you»: where the word order is fixed, «that» before a verb is the subject.
        if opener == .complement, grammar.questionsHaveTheirOwnOrder, index + 1 < words.count,
            words.run(index + 1) == words.run(index), grammar.verbs.match(in: words, at: index + 1) != nil
        {
            return .none
        }
        return opener
    }

    private static func clause(
        _ range: Range<Int>, _ border: Border, in words: SpokenWords, _ grammar: Grammar
    ) -> Clause {
        let mistaken = grammar.mistakenNegators.matches(
            in: words, within: max(0, range.lowerBound - 3)..<range.upperBound)
        let negators = grammar.negators.matches(in: words, within: range).filter { negator in
            !mistaken.contains { $0.joins(negator) }
        }
        let verb = range.first { grammar.verbs.match(in: words, at: $0) != nil }
        return Clause(
            words: range, sentence: range.first.map { words.words[$0].sentence } ?? 0, opener: border.opener,
            hasOnset: border.hasOnset, negators: negators, verb: verb)
    }
}
