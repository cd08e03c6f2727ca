/// The little that has to be known of a language to tell who says what of what: how its words are written, where a clause
/// begins, what denies, asks and reports. Read from the language's file (`LanguageFile`).
struct Grammar: Sendable {
    /// Phrases of one meaning, looked for at any place.
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
            return index.candidates(words.word(start)).lazy.compactMap { number in
                patterns[number].match(in: words, at: start).map { ($0, patterns[number]) }
            }
            .max { $0.0.upperBound < $1.0.upperBound }
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

    /// `and`, `or`: goes on with what was being said.
    let additions: Phrases
    /// `but`, `because`, `so`: something new begins.
    let turns: Phrases
    /// `that`: what somebody says, thinks or knows follows.
    let complements: Phrases
    /// `whether`: what somebody asks follows.
    let indirectQuestions: Phrases
    /// `if`.
    let conditions: Phrases
    /// `which`, `who`.
    let relatives: Phrases
    /// A subject with its verb, which begins a clause without any mark: `it is`, `you will`.
    let onsets: Phrases
    /// No clause begins behind these: `(none) of (these is)`.
    let prepositions: Phrases
    /// Verbs in the form that a sentence has one of.
    let verbs: Phrases

    // MARK: What denies

    /// Deny the clause in which they stand.
    let negators: Phrases
    /// Look like negators and are none: `no doubt`, `not only`.
    let mistakenNegators: Phrases
    /// Deny the words behind them, and nothing else: `without`, `zero`.
    let privatives: Phrases
    /// Deny the word before them: `(smoke) free`.
    let privativeEndings: Phrases
    /// Whether the negator may stand behind the verb and all that belongs to it, as in German.
    let negationMayFollow: Bool
    /// Deny the clause that follows: `I can not say (that it is safe)`.
    let denialsAhead: Phrases
    /// Look like it and are none: `I can not say enough`.
    let mistakenDenials: Phrases
    /// Deny what was said before: `that is wrong`, `I do not say that`.
    let denialsBehind: Phrases
    /// Conditions that are not so: `if it were`.
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
    /// Whether every question that is none of these is a statement with a question mark, as in English.
    let questionsHaveTheirOwnOrder: Bool
    /// Questions that tell: `did you know`.
    let tellingQuestions: Phrases
    /// Questions that claim what they ask: `did you know`, `is not it`.
    let loadedQuestions: Phrases
    /// Questions that offer something: `would you like`.
    let offers: Phrases
    /// Somebody asks or would like to know.
    let asking: Phrases
    /// Somebody else says or thinks: `people say`, `you told me`.
    let reports: Phrases
    /// `yes`, `exactly`.
    let assents: Phrases
    /// Those of them that agree whatever follows: `exactly`, but not `okay`.
    let plainAssents: Phrases
    /// `no`, `not at all`.
    let dissents: Phrases

    // MARK: What it is about

    /// The product, or a word that may stand for it.
    let wares: Phrases
    /// Words that a subject may have beside its noun.
    let fillers: Phrases
    /// Things that nobody's health depends on: `jacket`, `display`.
    let things: Phrases
    /// What is not sold here but still talked about: `coffee`, `cinema`.
    let elsewhere: Phrases
    /// Those who talk, of whom nothing is claimed by naming them: `I`, `you`.
    let talkers: Phrases
    /// The body and the person, to whom something may be done.
    let persons: Phrases
    /// Who helps a smoker to stop, and is not us.
    let helpers: Phrases
}
