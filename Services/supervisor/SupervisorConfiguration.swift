import Bootstrap
import Compliance
import Domain
import Foundation
import OpenAI

/// The settings of the supervisor process.
struct SupervisorConfiguration: Sendable {
    private static let key = SharedSettings.openAIKey
    private static let baseURL = SharedSettings.openAIBaseURL
    private static let model = Setting.string(
        "SUPERVISOR_MODEL", default: SharedSettings.judgeModel, meaning: "model that judges a live conversation")
    private static let sharedEffort = SharedSettings.reasoningEffort
    private static let effort = SharedSettings.reasoningEffort(
        of: "SUPERVISOR", otherwise: "none for the default model")
    private static let debounceTime = SharedSettings.supervisorDebounce
    private static let age = SharedSettings.legalAge
    private static let personas = SharedSettings.personas

    static let settings: [any AnySetting] = [
        key, baseURL, model, effort, sharedEffort, debounceTime, age, personas,
    ]

    let openAI: OpenAIConfiguration
    let debounce: Duration
    /// For sessions that a relay opens without rules.
    let rules: RuleSettings
    private let personasDirectory: String

    init(_ config: Settings) throws(SettingError) {
        let model = try config.value(of: Self.model)
        openAI = OpenAIConfiguration(
            baseURL: try config.value(of: Self.baseURL).absoluteString, key: try config.value(of: Self.key),
            model: model,
            reasoningEffort: SharedSettings.judgeEffort(
                own: try config.value(of: Self.effort), shared: try config.value(of: Self.sharedEffort), model: model))
        debounce = try config.value(of: Self.debounceTime)
        rules = RuleSettings(legalAge: try config.value(of: Self.age) ?? RuleSettings().legalAge)
        personasDirectory = try config.value(of: Self.personas)
    }

    func complianceCatalog() throws(SettingError) -> ComplianceCatalog {
        do {
            return try ComplianceCatalog(directory: personasDirectory)
        } catch {
            throw SettingError("PERSONAS_DIR", "cannot be used: \(error)")
        }
    }
}
