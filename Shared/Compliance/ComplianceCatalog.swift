import Dispatch
public import Domain
import Synchronization

/// The content that the rules are based on: products, sales steps, markets, forbidden claims, attempts at manipulation,
/// and the languages in which they are found. It is kept in data files, so that a trainer or compliance officer can
/// change it without a build.
public struct ComplianceCatalog: Sendable {
    public static let fileNames = [
        ProductsFile.name, SalesStepsFile.name, ForbiddenWordsFile.name, ManipulationFile.name, MarketsFile.name,
        HandoverFile.name, PhantomsFile.name,
    ]

    public let rulebook: Rulebook
    public let products: [Product]
    public let salesSteps: [SalesStep]
    public let markets: [Market]
    /// Forbidden claims, the most severe first.
    public let claims: [ClaimRule]
    public let handover: Handover
    /// ISO 639-1 codes of the languages that have rules.
    public var languages: [String] { languageRules.keys.sorted() }

    let manipulation: ManipulationFinder
    let phantoms: Phantoms
    private let languageRules: [String: LanguageRules]

    /// - Parameter checksAlternatives: whether to refuse phrases with an alternative that can never match. One process
    ///   of an installation has to check its folder; it takes half of the time.
    /// - Throws: `ContentError`, naming file and field, for the first missing or malformed item.
    public init(directory: String, checksAlternatives: Bool = true) throws {
        try self.init(Rulebook(directory: directory), checksAlternatives: checksAlternatives)
    }

    /// - Parameter checksAlternatives: whether to refuse phrases with an alternative that can never match.
    /// - Throws: `ContentError`, naming file and field, for the first missing or malformed item.
    public init(_ rulebook: Rulebook, checksAlternatives: Bool = true) throws {
        self.rulebook = rulebook
        let file = try ProductsFile.load(from: rulebook)
        let products = try file.checkedProducts()
        self.products = products
        salesSteps = try SalesStepsFile.load(from: rulebook).checkedSteps()
        markets = try rulebook.markets()
        handover = try HandoverFile.load(from: rulebook).table()
        phantoms = try PhantomsFile.load(from: rulebook).checked()
        let claims = try ForbiddenWordsFile.load(from: rulebook).rules() + file.rules()
        self.claims = claims.sorted { $0.severity.rank < $1.severity.rank }
        let manipulationFile = try ManipulationFile.load(from: rulebook)
        let tricks = try manipulationFile.rules()
        guard !rulebook.languages.isEmpty else {
            throw ContentError(file: LanguageFile.name, field: "", reason: "has no language")
        }
        let languageRules = try Self.compiled(
            rulebook, claims: claims, manipulation: tricks, products: products, checksAlternatives: checksAlternatives)
        self.languageRules = languageRules
        manipulation = ManipulationFinder(
            finders: languageRules.sorted { $0.key < $1.key }.map { ($0.value.grammar, $0.value.manipulation) },
            markers: try manipulationFile.checkedMarkers())
    }

    /// Compiles the languages in parallel: each has some thousand phrases.
    private static func compiled(
        _ rulebook: Rulebook, claims: [ClaimRule], manipulation: [ClaimRule], products: [Product],
        checksAlternatives: Bool
    ) throws -> [String: LanguageRules] {
        let languages = rulebook.languages
        let results = Mutex<[Int: Result<LanguageRules, any Error>]>([:])
        DispatchQueue.concurrentPerform(iterations: languages.count) { index in
            let path = languages[index].path
            let result = Result {
                try LanguageFile.load(from: rulebook, file: path)
                    .compiled(
                        file: path, claims: claims, manipulation: manipulation, products: products,
                        checksAlternatives: checksAlternatives)
            }
            results.withLock { $0[index] = result }
        }
        var rules: [String: LanguageRules] = [:]
        for (index, result) in results.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
            rules[languages[index].code] = try result.get()
        }
        return rules
    }

    /// The facts about the products, one per line, as input for a model.
    public var productKnowledge: String {
        products.map { product in
            let facts = product.facts.map { "- \($0.text)" }
            let mistakes = product.falseClaims.map { "- Wrong if said otherwise: \($0.correction)" }
            return (["\(product.name) (\(product.kind)):"] + facts + mistakes).joined(separator: "\n")
        }
        .joined(separator: "\n\n")
    }

    /// Nil for a language without rules.
    func rules(for language: String) -> LanguageRules? { languageRules[language] }

    /// The message to the trainee about words that break a rule: quotes them and says what to say instead. In
    /// `language` if it has rules, else in English.
    public func message(ofRule id: String, quote: String, language: String) -> String? {
        guard let rule = claims.first(where: { $0.id == id }) else { return nil }
        guard let own = languageRules[language] else { return "You said «\(quote)». \(rule.say)" }
        let say = own.claims.entries.first { $0.rule.id == id }?.phrases.say ?? rule.say
        return "\(own.words.said.replacing("%", with: quote)) \(say)"
    }

    public func market(_ id: String) -> Market? { markets.first { $0.id == id } }

    /// Whether the text was really said: false for silence, «[inaudible]» and what speech recognition makes up from
    /// noise.
    public func isTurn(_ text: String) -> Bool { SpokenText.isTurn(text, phantoms: phantoms) }

    /// Whether the text gives instructions to a model: any certain match, or a suspected match of the rule
    /// `instructions`. The other suspected matches are for people to read, because they also match ordinary words.
    public func suspectsInjection(in text: String) -> Bool {
        manipulation.place(in: text).map { $0.isCertain || $0.rule?.id == "instructions" } ?? false
    }
}

/// What depends on the language of the session.
struct LanguageRules: Sendable {
    /// Sentences for the trainee, with % where the quote goes.
    struct Words: Sendable, Decodable {
        let said: String
        let agreed: String
    }

    let grammar: Grammar
    let claims: ClaimFinder
    let manipulation: ClaimFinder
    let cues: Cues
    let words: Words
    let heard: HeardPart?
    let role: RolePhrases?

    /// Ids of the products that the text names.
    func products(in text: String) -> Set<String> {
        Set(claims.products.mentions(in: SpokenWords(text, spelling: grammar.spelling)).map(\.product))
    }
}

extension Finding.Severity {
    /// 0 for the most severe.
    var rank: Int {
        switch self {
        case .blocker: 0
        case .major: 1
        case .minor: 2
        case .info: 3
        }
    }
}
