import Bootstrap
import Compliance
import Domain
import Foundation
import OpenAI

/// What the environment says about this process.
struct SupervisorConfiguration: Sendable {
    private static let key = SharedSettings.openAIKey
    private static let baseURL = SharedSettings.openAIBaseURL
    private static let model = Setting.string(
        "SUPERVISOR_MODEL", default: "gpt-4.1", meaning: "model that judges a live conversation")
    private static let effort = SharedSettings.reasoningEffort
    private static let debounceTime = SharedSettings.supervisorDebounce
    private static let age = SharedSettings.legalAge
    private static let personas = SharedSettings.personas

    static let settings: [any AnySetting] = [key, baseURL, model, effort, debounceTime, age, personas]

    let openAI: OpenAIConfiguration
    let debounce: Duration
    let legalAge: Int
    private let personasDirectory: String

    init(_ config: Settings) throws(SettingError) {
        openAI = OpenAIConfiguration(
            baseURL: try config.value(of: Self.baseURL).absoluteString, key: try config.value(of: Self.key),
            model: try config.value(of: Self.model), reasoningEffort: try config.value(of: Self.effort))
        debounce = try config.value(of: Self.debounceTime)
        legalAge = try config.value(of: Self.age)
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
