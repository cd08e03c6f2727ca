public import Domain

/// The content that the rules rest on: products, sales steps, forbidden words, and how attempts to talk to the model
/// sound. Data files hold it, so that a trainer or compliance officer changes it without a build.
public struct ComplianceCatalog: Sendable {
    public static let fileNames = [
        "products.yaml", "sales-steps.yaml", "forbidden-words.yaml", "injection-patterns.yaml",
    ]

    public let products: [Product]
    public let salesSteps: [SalesStep]
    /// ISO 639-1 codes that there are rules for.
    public var languages: [String] { languageRules.keys.sorted() }

    let handover: Handover
    let injection: InjectionPatterns
    private let languageRules: [String: LanguageRules]
    private let english: LanguageRules

    /// - Throws: `ContentError`, naming file and field, at the first thing that is missing or malformed.
    public init(directory: String) throws {
        let products = try ProductsFile.load(from: directory)
        let steps = try SalesStepsFile.load(from: directory)
        let words = try ForbiddenWordsFile.load(from: directory)
        let patterns = try InjectionPatternsFile.load(from: directory)

        self.products = try products.checkedProducts()
        salesSteps = try steps.checkedSteps()
        handover = Handover(objects: products.handover.objects, actions: products.handover.actions)
        injection = try patterns.compiled()
        var rules: [String: LanguageRules] = [:]
        for (code, list) in words.languages.sorted(by: { $0.key < $1.key }) {
            rules[code] = LanguageRules(
                forbidden: try list.compiled(language: code),
                products: try products.compiled(language: code),
                cues: try steps.compiledCues(language: code))
        }
        guard let english = rules["en"] else {
            throw ContentError(file: ForbiddenWordsFile.name, field: "languages.en", reason: "is missing")
        }
        self.english = english
        languageRules = rules
    }

    /// True when the text reads like an instruction to the model, whoever wrote it, in any language that there are
    /// patterns for.
    public func suspectsInjection(in text: String) -> Bool { injection.suspect(in: text) != nil }

    func rules(for language: String) -> LanguageRules { languageRules[language] ?? english }

    /// The products as lines of text for a prompt: what is true of each, and what must not be said.
    public var productKnowledge: String {
        products.map { product in
            let facts = product.facts.map { "- \($0.text)" }
            let mistakes = product.falseClaims.map { "- Wrong if said otherwise: \($0.correction)" }
            return (["\(product.name) (\(product.kind)):"] + facts + mistakes).joined(separator: "\n")
        }
        .joined(separator: "\n\n")
    }
}

/// What depends on the language of the session.
struct LanguageRules: Sendable {
    let forbidden: ForbiddenWords
    let products: ProductFacts
    let cues: Cues
}
