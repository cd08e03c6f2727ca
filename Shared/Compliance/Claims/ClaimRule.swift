public import Domain

/// Something that a trainee must not claim, in any words: an entry of `forbidden-words.yaml`, `products.yaml` or
/// `manipulation.yaml`.
public struct ClaimRule: Sendable {
    /// The rule that the entry belongs to, as findings name it.
    public let rule: Finding.Rule
    /// `free`, `harmless`, `veo-has-tobacco`.
    public let id: String
    public let severity: Finding.Severity
    /// What breaks the rule, in one sentence, for a review by meaning.
    public let meaning: String
    /// An utterance that breaks the rule, and a similar one that does not.
    public let wrong: String
    public let right: String
    /// What to say instead, in the language of the content.
    public let say: String
    /// What an English-speaking customer is told that he heard; nil for a general sentence.
    var heard: String?
    let subject: Subject
    /// Whether a question breaks the rule too: «Why would you smoke that rubbish?»
    let isEvenAsked: Bool
    /// Rules that yield to this one where both match the same words.
    let covers: Set<String>
    /// Rules whose suspected places are suspected for this rule too, because only the meaning tells them apart.
    let kin: Set<String>

    /// False for offers. «Can I smoke here for free?» – «Yes.»: the answer alone does not say what is given away, and
    /// to whom.
    var isCertainByAgreement: Bool { if case .offer = subject { false } else { true } }

    enum Subject: Sendable {
        /// Statements about anything.
        case anything
        /// The program behind the customer. Talk about words and rules is how it is instructed, and no reason for
        /// doubt.
        case program
        /// Only statements about the product and a person's health.
        case health
        /// What is given to the customer; a question may offer it.
        case offer
        /// Quitting smoking. A trainee who refers the customer to a doctor promises nothing.
        case quitting
        /// Statements about one of these products; with `orUnnamed` also where no product is named.
        case products(Set<String>, orUnnamed: Bool)
    }
}

/// How one rule is broken in the words of one language.
struct ClaimPhrases: Sendable {
    /// Phrases that have one meaning in any context.
    let certain: Wording
    /// Words that may have that meaning: a reader has to decide.
    let suspected: Wording
    /// Harmless phrases that contain such words.
    let unless: Grammar.Phrases
    /// What to say instead, in this language; nil for the text of the rule.
    let say: String?

    struct Wording: Sendable {
        /// Phrases that make the claim when affirmed: «healthy».
        let said: Grammar.Phrases
        /// Phrases that make the claim when denied: «(no) risk».
        let denied: Grammar.Phrases

        static let none = Wording(said: .init(patterns: []), denied: .init(patterns: []))
    }
}
