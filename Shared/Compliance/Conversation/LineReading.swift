import Domain

/// What the rules find in one utterance of the trainee, given only the customer's words before it: the expensive part,
/// done once per utterance.
struct LineReading: Sendable {
    struct Claim: Sendable {
        let rule: ClaimRule
        let quote: String
        let isCertain: Bool
        /// The trainee only agrees with what the customer said.
        let isAgreement: Bool
        /// What to say instead.
        let say: String
    }

    /// A place where a product is mentioned.
    struct Spot: Sendable {
        /// Index of its first word.
        let position: Int
        let quote: String
        let products: Set<String>
        /// The product is explicitly offered or praised.
        let isPitch: Bool
    }

    let claims: [Claim]
    let manipulation: ManipulationFinder.Place?
    let greeting: String?
    let asksForAge: Bool
    /// Index of the first word of a question about what the customer uses, likes and misses.
    let needsQuestion: Int?
    let spots: [Spot]
    /// The words that ask the customer to take something: «Here, hold it.»
    let offerInHand: String?

    /// - Parameters:
    ///   - before: what the customer said just before.
    ///   - language: nil for a language without rules, in which only manipulation is looked for.
    init(_ text: String, before: String?, language: LanguageRules?, manipulation: ManipulationFinder) {
        self.manipulation = manipulation.place(in: text)
        guard let language else {
            (claims, greeting, asksForAge, needsQuestion, spots, offerInHand) = ([], nil, false, nil, [], nil)
            return
        }
        let reading = Reading(text, grammar: language.grammar)
        let beforeReading = before.map { Reading($0, grammar: language.grammar) }
        claims = Self.claims(in: reading, after: beforeReading, language)
        let cues = language.cues
        func first(_ phrases: Grammar.Phrases) -> ClosedRange<Int>? { phrases.matches(in: reading).first }
        greeting = first(cues.greeting).map { reading.spoken.quote($0) }
        let notAsked = cues.notAgeQuestion.matches(in: reading)
        asksForAge = cues.ageQuestion.matches(in: reading).contains { match in !notAsked.contains { $0.joins(match) } }
        needsQuestion = first(cues.needsQuestion)?.lowerBound
        offerInHand = cues.offerInHand.matches(in: reading).first { Self.isMeant($0, in: reading) }
            .map { reading.spoken.quote($0) }
        let isAnswer = beforeReading.map { $0.asksSomething } ?? false
        spots = isAnswer ? [] : Self.spots(in: reading, language)
    }

    private static func claims(in reading: Reading, after before: Reading?, _ language: LanguageRules) -> [Claim] {
        let finder = language.claims
        let own = finder.places(in: reading, after: before)
        let agreed = finder.agreements(in: reading, with: before).filter { place in
            !own.contains { $0.rule.id == place.rule.id }
        }
        func claim(_ place: ClaimFinder.Place, isAgreement: Bool) -> Claim {
            let phrases = finder.entries.first { $0.rule.id == place.rule.id }?.phrases
            return Claim(
                rule: place.rule, quote: reading.spoken.quote(place.words), isCertain: place.isCertain,
                isAgreement: isAgreement, say: phrases?.say ?? place.rule.say)
        }
        return own.map { claim($0, isAgreement: false) } + agreed.map { claim($0, isAgreement: true) }
    }

    private static func spots(in reading: Reading, _ language: LanguageRules) -> [Spot] {
        let mentions = language.claims.products.mentions(in: reading)
        let nameTags = language.cues.nameTag.matches(in: reading)
        func spot(_ words: ClosedRange<Int>, isPitch: Bool) -> Spot? {
            let named = mentions.filter { mention in
                mention.words.joins(words) && !nameTags.contains { $0.joins(mention.words) }
            }
            guard !named.isEmpty else { return nil }
            return Spot(
                position: words.lowerBound, quote: reading.spoken.quote(words), products: Set(named.map(\.product)),
                isPitch: isPitch)
        }
        let pitches = language.cues.pitch.matches(in: reading).filter { isMeant($0, in: reading) }
            .compactMap { spot($0, isPitch: true) }
        let named = mentions.filter { isMeant($0.words, in: reading) }.compactMap { spot($0.words, isPitch: false) }
        return (pitches + named).sorted { ($0.position, $0.isPitch ? 0 : 1) < ($1.position, $1.isPitch ? 0 : 1) }
    }

    /// Whether the words are asserted or offered, and not denied, asked or reported.
    private static func isMeant(_ words: ClosedRange<Int>, in reading: Reading) -> Bool {
        guard case .affirmed = reading.polarity(of: words) else { return false }
        return switch reading.stance(of: words) {
        case .asserted, .insinuated, .offered: true
        case .reported, .conditional, .asked, .denied: false
        }
    }
}

extension Reading {
    /// Whether its last sentence is a question.
    fileprivate var asksSomething: Bool {
        guard let last = clauses.last?.sentence else { return false }
        return isMarkedQuestion(last) || opens(last, with: grammar.questions)
    }
}
