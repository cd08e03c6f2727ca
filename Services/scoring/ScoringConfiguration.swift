import Bootstrap
import Compliance
import Domain
import Foundation
import Logging
import OpenAI
import Storage

/// What the environment says about this process.
struct ScoringConfiguration: Sendable {
    private static let key = SharedSettings.openAIKey
    private static let baseURL = SharedSettings.openAIBaseURL
    private static let model = Setting.string(
        "SCORING_MODEL", default: "gpt-4.1", meaning: "model that judges a finished session")
    private static let effort = SharedSettings.reasoningEffort
    private static let sampleCount = Setting.integer(
        "SCORING_SAMPLES", in: 1...9, default: 1,
        meaning: "judgements per session; their median counts, and a person is asked to look where they disagree")
    private static let age = SharedSettings.legalAge
    private static let personas = SharedSettings.personas
    private static let mongo = SharedSettings.mongoURI

    static let settings: [any AnySetting] = [mongo, key, baseURL, model, effort, sampleCount, age, personas]

    let openAI: OpenAIConfiguration
    let samples: Int
    let legalAge: Int
    private let personasDirectory: String
    /// It may hold a password.
    private let mongoURI: String

    init(_ config: Settings) throws(SettingError) {
        openAI = OpenAIConfiguration(
            baseURL: try config.value(of: Self.baseURL).absoluteString, key: try config.value(of: Self.key),
            model: try config.value(of: Self.model), reasoningEffort: try config.value(of: Self.effort))
        samples = try config.value(of: Self.sampleCount)
        legalAge = try config.value(of: Self.age)
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
