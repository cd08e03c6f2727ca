public import Domain

/// Something that a trainee must not claim, in whatever words: an entry of `forbidden-words.yaml`, `products.yaml` or
/// `manipulation.yaml`.
public struct ClaimRule: Sendable {
    /// The family that it belongs to, as findings name it.
    public let rule: String
    /// `free`, `harmless`, `veo-has-tobacco`.
    public let id: String
    public let severity: Finding.Severity
    /// What breaks it, in one sentence. For a reader who judges by meaning.
    public let meaning: String
    /// One line that breaks it, and one that looks like it and does not.
    public let wrong: String
    public let right: String
    /// What to say instead, in the language of the content.
    public let say: String
    let subject: Subject
    /// Broken by a question as well: «Why would you smoke that rubbish?»
    let isEvenAsked: Bool
    /// Rules that give way to this one where both claim the same words.
    let covers: Set<String>
    /// Rules whose suspicious words are suspicious here too, because only the meaning tells them apart.
    let kin: Set<String>

    /// «Can I smoke here for free?» – «Yes.»: what is given away, and to whom, an answer alone does not say.
    var isCertainByAgreement: Bool { if case .offer = subject { false } else { true } }

    enum Subject: Sendable {
        /// Whatever it is said of.
        case anything
        /// The program behind the customer. Talk about words and rules is what it is told by, and no reason for doubt.
        case program
        /// Only what is said of the product and a person's health.
        case health
        /// What is given to the customer; a question may offer it.
        case offer
        /// The end of smoking; who refers the customer to a doctor promises nothing.
        case quitting
        /// What is said of one of these products; perhaps also where none is named.
        case products(Set<String>, orUnnamed: Bool)
    }
}

/// How one rule is broken in the words of one language.
struct ClaimPhrases: Sendable {
    /// Phrases with one meaning wherever they stand.
    let certain: Wording
    /// Words that may be meant like that: places for somebody to read.
    let suspected: Wording
    /// Harmless phrases that hold such words.
    let unless: Grammar.Phrases
    /// What to say instead, in this language; nil: as the rule has it.
    let say: String?

    struct Wording: Sendable {
        /// The claim, where they are affirmed: «healthy».
        let said: Grammar.Phrases
        /// The claim, where they are denied: «(no) risk».
        let denied: Grammar.Phrases

        static let none = Wording(said: .init(patterns: []), denied: .init(patterns: []))
    }
}
