import Bootstrap
import Compliance
import Domain
import Foundation
import Logging
import OpenAI
import Storage

/// The settings of the scoring process.
struct ScoringConfiguration: Sendable {
    private static let key = SharedSettings.openAIKey
    private static let baseURL = SharedSettings.openAIBaseURL
    private static let model = Setting.string(
        "SCORING_MODEL", default: SharedSettings.judgeModel, meaning: "model that judges a finished session")
    private static let sharedEffort = SharedSettings.reasoningEffort
    private static let effort = SharedSettings.reasoningEffort(of: "SCORING", otherwise: "none for the default model")
    private static let sampleCount = Setting.integer(
        "SCORING_SAMPLES", in: 1...9, default: 3,
        meaning: "judgements per session; their median counts, and a person is asked to look where they disagree")
    private static let age = SharedSettings.legalAge
    private static let personas = SharedSettings.personas
    private static let mongo = SharedSettings.mongoURI

    static let settings: [any AnySetting] = [
        mongo, key, baseURL, model, effort, sharedEffort, sampleCount, age, personas,
    ]

    let openAI: OpenAIConfiguration
    let samples: Int
    /// For sessions that have no rules of their own.
    let rules: RuleSettings
    private let personasDirectory: String
    /// May contain a password.
    private let mongoURI: String

    init(_ config: Settings) throws(SettingError) {
        let model = try config.value(of: Self.model)
        openAI = OpenAIConfiguration(
            baseURL: try config.value(of: Self.baseURL).absoluteString, key: try config.value(of: Self.key),
            model: model,
            reasoningEffort: SharedSettings.judgeEffort(
                own: try config.value(of: Self.effort), shared: try config.value(of: Self.sharedEffort), model: model))
        samples = try config.value(of: Self.sampleCount)
        rules = RuleSettings(legalAge: try config.value(of: Self.age) ?? RuleSettings().legalAge)
        personasDirectory = try config.value(of: Self.personas)
        mongoURI = try config.value(of: Self.mongo)
    }

    func complianceCatalog() throws(SettingError) -> ComplianceCatalog {
        do {
            return try ComplianceCatalog(directory: personasDirectory)
        } catch {
            throw SettingError("PERSONAS_DIR", "cannot be used: \(error)")
        }
    }

    func store(logger: Logger) throws(SettingError) -> MongoSessionStore {
        do {
            return try MongoSessionStore(MongoConfiguration(uri: mongoURI), logger: logger)
        } catch {
            throw SettingError("MONGODB_URI", "cannot be used: \(error)")
        }
    }
}
