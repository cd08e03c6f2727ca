/// A file of `languages/`: how one language is read, and which of its phrases break the rules. To add a language, add a
/// file.
struct LanguageFile: ContentFile {
    static let name = "languages"

    let grammar: GrammarPart
    /// Phrases of one kind that patterns can use as `{name}`. A class can only use classes that come before it.
    let classes: [ClassPart]
    /// By rule id.
    let claims: [String: ClaimPart]
    let manipulation: [String: ClaimPart]
    let cues: CuePart
    /// Sentences for the trainee, with % where the quote goes.
    let words: LanguageRules.Words
    /// Nil in a rulebook of an earlier version.
    let heard: HeardPart?
    let role: RolePart?

    struct ClassPart: Decodable {
        let name: String
        let phrases: [String]
    }

    struct ClaimPart: Decodable {
        let say: String?
        let certain: WordingPart?
        let suspected: WordingPart?
        let unless: [String]?
    }

    struct WordingPart: Decodable {
        let said: [String]?
        let denied: [String]?
    }

    struct CuePart: Decodable {
        let greeting: [String]
        let ageQuestion: [String]
        let notAgeQuestion: [String]?
        let needsQuestion: [String]
        let openQuestion: [String]
        let pitch: [String]
        let offerInHand: [String]
        let nameTag: [String]
    }

    struct GrammarPart: Decodable {
        let noise: [String]
        let contractions: [String: String]?
        let endings: [String: String]?
        let semicolonAsks: Bool?

        let additions: [String]
        let turns: [String]
        let complements: [String]
        let indirectQuestions: [String]
        let conditions: [String]
        let relatives: [String]
        let onsets: [String]
        let prepositions: [String]
        let verbs: [String]

        let negators: [String]
        let mistakenNegators: [String]
        let privatives: [String]
        let privativeEndings: [String]?
        let negationMayFollow: Bool
        let denialsAhead: [String]
        let mistakenDenials: [String]
        let denialsBehind: [String]
        let evasions: [String]
        let unreal: [String]
        let contradictions: [String]
        let winks: [String]
        let doubts: [String]

        let questions: [String]
        let questionsHaveTheirOwnOrder: Bool
        let tellingQuestions: [String]
        let loadedQuestions: [String]
        let offers: [String]
        let asking: [String]
        let reports: [String]
        let assents: [String]
        let plainAssents: [String]
        let dissents: [String]

        let wares: [String]
        let things: [String]
        let elsewhere: [String]
        let talkers: [String]
        let persons: [String]
        let helpers: [String]
    }
}
