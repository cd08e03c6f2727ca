import Bootstrap
import Compliance
import Domain
import Foundation
import OpenAI

/// What the environment says about this process.
struct SupervisorConfiguration: Sendable {
    private static let key = Setting.secret("OPENAI_API_KEY", meaning: "key of the model API")
    private static let baseURL = Setting.url(
        "OPENAI_BASE_URL", default: "https://api.openai.com/v1", meaning: "where the model API is, with its version")
    private static let model = Setting.string(
        "SUPERVISOR_MODEL", default: "gpt-4.1", meaning: "model that judges a live conversation")
    private static let effort = Setting.string(
        "REASONING_EFFORT", meaning: "reasoning effort asked of the models; only for those that know it"
    ).optional(shownAs: "not sent")
    private static let debounceTime = Setting.duration(
        "SUPERVISOR_DEBOUNCE_MS", in: .milliseconds, 0...60_000, default: 2_000,
        meaning: "pause after the customer's last words before the conversation is judged")
    private static let age = Setting.integer(
        "LEGAL_AGE", in: 1...99, default: 18, meaning: "completed years from which a customer may be sold to")
    private static let personas = Setting.string(
        "PERSONAS_DIR", default: "Shared/Personas", meaning: "folder of the personas and the rules' content")

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
