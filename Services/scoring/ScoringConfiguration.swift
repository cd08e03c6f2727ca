import Bootstrap
import Compliance
import Domain
import Foundation
import Logging
import OpenAI
import Storage

/// What the environment says about this process.
struct ScoringConfiguration: Sendable {
    private static let key = Setting.secret("OPENAI_API_KEY", meaning: "key of the model API")
    private static let baseURL = Setting.url(
        "OPENAI_BASE_URL", default: "https://api.openai.com/v1", meaning: "where the model API is, with its version")
    private static let model = Setting.string(
        "SCORING_MODEL", default: "gpt-4.1", meaning: "model that judges a finished session")
    private static let effort = Setting.string(
        "REASONING_EFFORT", meaning: "reasoning effort asked of the models; only for those that know it"
    ).optional(shownAs: "not sent")
    private static let sampleCount = Setting.integer(
        "SCORING_SAMPLES", in: 1...9, default: 1,
        meaning: "judgements per session; their median counts, and a person is asked to look where they disagree")
    private static let age = Setting.integer(
        "LEGAL_AGE", in: 1...99, default: 18, meaning: "completed years from which a customer may be sold to")
    private static let personas = Setting.string(
        "PERSONAS_DIR", default: "Shared/Personas", meaning: "folder of the personas and the rules' content")
    private static let mongo = Setting<String>(
        "MONGODB_URI", allowed: "a mongodb:// or mongodb+srv:// address with the database in its path",
        default: "mongodb://localhost:27017/bat-vr-trainer", defaultText: "mongodb://localhost:27017/bat-vr-trainer",
        secret: true, meaning: "where MongoDB is",
        parse: { $0.hasPrefix("mongodb://") || $0.hasPrefix("mongodb+srv://") ? $0 : nil })

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
