import Bootstrap
import Compliance
import Domain
import Foundation
import OpenAI
import Outgoing

/// The settings of the supervisor process.
struct SupervisorSettings: SettingTable {
    let traceEndpoint = SharedSettings.traceEndpoint
    let provider = SharedSettings.provider
    let key = SharedSettings.openAIKey.optional(shownAs: nil)
    let baseURL = SharedSettings.openAIBaseURL
    let httpsProxy = SharedSettings.httpsProxy
    let noProxy = SharedSettings.noProxy
    let authorityFile = SharedSettings.authorityFile
    let model = Setting.string(
        "SUPERVISOR_MODEL", default: SharedSettings.judgeModel, meaning: "model that judges a live conversation")
    let prices = SharedSettings.judgePrices(of: "SUPERVISOR")
    let reasoningEffort = SharedSettings.reasoningEffort(of: "SUPERVISOR", otherwise: "none for the default model")
    let sharedEffort = SharedSettings.reasoningEffort
    let debounce = SharedSettings.supervisorDebounce
    let legalAge = SharedSettings.legalAge
    let personasDirectory = SharedSettings.personasDirectory
}

/// The configuration of the supervisor process.
struct SupervisorConfiguration: Sendable {
    let openAI: OpenAIConfiguration
    /// Of the model's tokens, for the metrics; nil if nobody has said them.
    let prices: ModelMetrics.Prices?
    let outgoing: OutgoingRules
    let debounce: Duration
    /// Used for a session whose snapshot has no rules.
    let rules: RuleSettings
    private let personasDirectory: String

    init(_ config: Settings) throws(SettingError) {
        let values = config.values(of: SupervisorSettings.self)
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
        debounce = try values.debounce
        rules = RuleSettings(legalAge: try values.legalAge ?? RuleSettings().legalAge)
        personasDirectory = try values.personasDirectory
    }

    func complianceCatalog() throws(SettingError) -> ComplianceCatalog {
        // Scoring refuses a folder with phrases that can never match; each of several supervisors need not look again.
        try SharedSettings.personasDirectory.use {
            try ComplianceCatalog(directory: personasDirectory, checksAlternatives: false)
        }
    }
}
