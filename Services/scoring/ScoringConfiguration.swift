import Bootstrap
import Compliance
import Domain
import Foundation
import OpenAI
import Outgoing

/// The settings of the scoring process.
struct ScoringSettings: SettingTable {
    let traceEndpoint = SharedSettings.traceEndpoint
    let mongoURI = SharedSettings.mongoURI
    let provider = SharedSettings.provider
    let key = SharedSettings.openAIKey.optional(shownAs: nil)
    let baseURL = SharedSettings.openAIBaseURL
    let httpsProxy = SharedSettings.httpsProxy
    let noProxy = SharedSettings.noProxy
    let authorityFile = SharedSettings.authorityFile
    let model = Setting.string(
        "SCORING_MODEL", default: SharedSettings.judgeModel, meaning: "model that judges a finished session")
    let prices = SharedSettings.judgePrices(of: "SCORING")
    let reasoningEffort = SharedSettings.reasoningEffort(of: "SCORING", otherwise: "none for the default model")
    let sharedEffort = SharedSettings.reasoningEffort
    let samples = Setting.integer(
        "SCORING_SAMPLES", in: 1...9, default: 3,
        meaning: "judgements per session; their median counts, and a person is asked to look where they disagree")
    let legalAge = SharedSettings.legalAge
    let personasDirectory = SharedSettings.personasDirectory
}

/// What the operator decides about the scoring process.
struct ScoringConfiguration: Sendable {
    let openAI: OpenAIConfiguration
    /// Of the model's tokens, for the metrics; nil if nobody has said them.
    let prices: ModelMetrics.Prices?
    let outgoing: OutgoingRules
    let samples: Int
    /// For sessions that have no rules of their own.
    let rules: RuleSettings
    private let personasDirectory: String
    /// May contain a password.
    let mongoURI: String

    init(_ config: Settings) throws(SettingError) {
        let values = config.values(of: ScoringSettings.self)
        let model = try values.model
        let provider = try values.provider
        let baseURL = try values.baseURL
        openAI = OpenAIConfiguration(
            baseURL: baseURL.absoluteString, key: Secret(try provider.judgeKey(try values.key, at: baseURL)),
            keyHeader: provider.keyHeader, model: model,
            reasoningEffort: SharedSettings.judgeEffort(
                own: try values.reasoningEffort, shared: try values.sharedEffort, model: model))
        prices = try values.prices
        outgoing = try SharedSettings.outgoing(
            proxy: try values.httpsProxy, noProxy: try values.noProxy, authorityFile: try values.authorityFile)
        samples = try values.samples
        rules = RuleSettings(legalAge: try values.legalAge ?? RuleSettings().legalAge)
        personasDirectory = try values.personasDirectory
        mongoURI = try values.mongoURI
    }

    /// `AlternativesCheck` does the rest.
    func complianceCatalog() throws(SettingError) -> ComplianceCatalog {
        try SharedSettings.personasDirectory.use {
            try ComplianceCatalog(directory: personasDirectory, checksAlternatives: false)
        }
    }
}
