/// The minimum of grammar that is needed to tell who says what about what: how words are written, where a clause
/// begins, and which words deny, ask and report. Read from the language's file (`LanguageFile`).
struct Grammar: Sendable {
    /// Phrases with one meaning, searched for at any position.
    struct Phrases: Sendable {
        let patterns: [PhrasePattern]
        private let index: PhraseIndex

        init(patterns: [PhrasePattern]) {
            self.patterns = patterns
            index = PhraseIndex(patterns)
        }

        /// The longest phrase that begins there.
        func find(in words: some WordSequence, at start: Int) -> (words: ClosedRange<Int>, pattern: PhrasePattern)? {
            guard start < words.count else { return nil }
            // A loop, because a stored closure would copy the reading with its whole grammar, once for every word.
            var longest: (words: ClosedRange<Int>, pattern: PhrasePattern)?
            for number in index.candidates(words.word(start)) {
                guard let match = patterns[number].match(in: words, at: start),
                    longest.map({ $0.words.upperBound < match.upperBound }) ?? true
                else { continue }
                longest = (match, patterns[number])
            }
            return longest
        }

        func match(in words: some WordSequence, at start: Int) -> ClosedRange<Int>? {
            find(in: words, at: start)?.words
        }

        func matches(in words: some WordSequence, within range: Range<Int>? = nil) -> [ClosedRange<Int>] {
            (range ?? 0..<words.count).compactMap { match(in: words, at: $0) }
        }

        func occur(in words: some WordSequence, within range: Range<Int>? = nil) -> Bool {
            (range ?? 0..<words.count).contains { match(in: words, at: $0) != nil }
        }
    }

    let spelling: Spelling

    // MARK: Where a clause begins

    /// `and`, `or`: continue the clause before.
    let additions: Phrases
    /// `but`, `because`, `so`: something new begins.
    let turns: Phrases
    /// `that`: introduces what a person says, thinks or knows.
    let complements: Phrases
    /// `whether`: introduces what a person asks.
    let indirectQuestions: Phrases
    /// `if`.
    let conditions: Phrases
    /// `which`, `who`.
    let relatives: Phrases
    /// A subject with its verb, which begins a clause without a conjunction: `it is`, `you will`.
    let onsets: Phrases
    /// No clause begins after these: `(none) of (these is)`.
    let prepositions: Phrases
    /// Finite verbs.
    let verbs: Phrases

    // MARK: What denies

    /// Deny the clause that contains them.
    let negators: Phrases
    /// Look like negators but are not: `no doubt`, `not only`.
    let mistakenNegators: Phrases
    /// Deny only the words after them: `without`, `zero`.
    let privatives: Phrases
    /// Deny the word before them: `(smoke) free`.
    let privativeEndings: Phrases
    /// Whether the negator may come after the verb and its complements, as in German.
    let negationMayFollow: Bool
    /// Deny the clause that follows: `I can not say (that it is safe)`.
    let denialsAhead: Phrases
    /// Look like `denialsAhead` but are not: `I can not say enough`.
    let mistakenDenials: Phrases
    /// Deny what was said before: `that is wrong`, `I do not say that`.
    let denialsBehind: Phrases
    /// Unreal conditions: `if it were`.
    let unreal: Phrases
    /// Begin an answer that says the opposite: `it is`, `there is`.
    let contradictions: Phrases
    /// Take a denial back: `but between us it is`.
    let winks: Phrases
    /// Words about words, permission and truth: near them nothing is certain.
    let doubts: Phrases
    /// Leave open what was said before: `that is a question for your pharmacist`.
    let evasions: Phrases

    // MARK: What asks, reports and agrees

    /// How a question begins.
    let questions: Phrases
    /// Whether a question without such a beginning is a statement with a question mark, as in English.
    let questionsHaveTheirOwnOrder: Bool
    /// Questions that inform: `did you know`.
    let tellingQuestions: Phrases
    /// Questions that claim what they ask: `is not it`.
    let loadedQuestions: Phrases
    /// Questions that offer something: `would you like`.
    let offers: Phrases
    /// A person asks or would like to know.
    let asking: Phrases
    /// Another person says or thinks: `people say`, `you told me`.
    let reports: Phrases
    /// `yes`, `exactly`.
    let assents: Phrases
    /// The assents that agree whatever follows: `exactly`, but not `okay`.
    let plainAssents: Phrases
    /// `no`, `not at all`.
    let dissents: Phrases

    // MARK: What it is about

    /// The product, or a word that may stand for it.
    let wares: Phrases
    /// Words that a subject may contain in addition to its noun.
    let fillers: Phrases
    /// Things that do not affect health: `jacket`, `display`.
    let things: Phrases
    /// What is not sold here but still talked about: `coffee`, `cinema`.
    let elsewhere: Phrases
    /// The speakers; naming them claims nothing about them: `I`, `you`.
    let talkers: Phrases
    /// The body and the person, to whom something may be done.
    let persons: Phrases
    /// People other than the trainee who help a smoker to quit.
    let helpers: Phrases
}
