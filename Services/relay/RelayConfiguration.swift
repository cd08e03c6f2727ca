import Bootstrap
import Compliance
import Conversation
import Domain
import Foundation

/// The settings of the relay process.
struct RelaySettings: SettingTable {
    let mongoURI = SharedSettings.mongoURI
    let key = SharedSettings.openAIKey
    let baseURL = SharedSettings.openAIBaseURL
    let realtimeURL = Setting.url(
        "REALTIME_URL", schemes: ["ws", "wss"], meaning: "the Realtime API, where it is not OPENAI_BASE_URL/realtime"
    ).optional
    let model = Setting.string(
        "REALTIME_MODEL", default: "gpt-realtime-2.1", meaning: "the model that plays the customer")
    let dialect = Setting<RealtimeDialect>.choice(
        "REALTIME_DIALECT", default: .ga,
        meaning: "shape of the Realtime API's events; beta for servers that still speak it")
    let transcriptionModel = Setting.string(
        "TRANSCRIPTION_MODEL", default: "gpt-transcribe", meaning: "the model that writes down what the trainee says")
    let reasoningEffort = SharedSettings.reasoningEffort(of: "REALTIME", otherwise: "not sent")
    let sharedEffort = SharedSettings.reasoningEffort
    let personasDirectory = SharedSettings.personasDirectory
    let journalDirectory = Setting.string(
        "JOURNAL_DIR", default: "./data/journal", meaning: "folder of the journals of live sessions")
    let resume = Setting.duration(
        "RESUME_SECONDS", in: .seconds, 1...3_600, default: 60, meaning: "how long a session waits for a lost client")
    let drain = Setting.duration(
        "DRAIN_SECONDS", in: .seconds, 0...3_600, default: 60, meaning: "how long live sessions may go on after SIGTERM"
    )
    let startWithin = Setting.duration(
        "START_WITHIN_MINUTES", in: .minutes, 1...10_080, default: 60,
        meaning: "how long a created session waits for its first client")
    let sessionLength = Setting.duration(
        "MAX_SESSION_MINUTES", in: .minutes, 1...59, default: 30, meaning: "how long a session may last")
    let idle = Setting.duration(
        "IDLE_SECONDS", in: .seconds, 5...3_600, default: 120, meaning: "how long nobody may speak or do anything")
    let cost = Setting.number(
        "MAX_SESSION_COST", in: 0.01...10_000,
        meaning: "what a session's tokens may cost, in the currency of REALTIME_PRICES"
    ).optional
    let prices = Setting<TokenPrices>(
        "REALTIME_PRICES", allowed: "six numbers with commas between", default: .standard,
        defaultText: "4,0.4,24,32,0.4,64",
        meaning: "price of a million tokens: text in, cached text in, text out, audio in, cached audio in, audio out",
        parse: { TokenPrices($0) })
    let debounce = SharedSettings.supervisorDebounce
    let maxSessions = Setting.integer(
        "MAX_SESSIONS", in: 1...100_000, default: 500, meaning: "sessions that one relay carries at once")
}

/// What the operator decides about a relay.
struct RelayConfiguration: Sendable {
    /// OpenAI's own limit is an hour.
    static let longestSession = Duration.seconds(59 * 60)

    /// May contain a password.
    var mongoURI: String
    var realtime: RealtimeClient.Configuration
    var transcriptionModel: String
    var reasoningEffort: String?
    /// Which interactions in VR are known.
    var handover: Handover
    var journalDirectory: String
    var limits: SessionLimits
    var maxSessions: Int
    var drain: Duration
    var startWithin: Duration

    init(_ config: Settings) throws(SettingError) {
        let values = config.values(of: RelaySettings.self)
        mongoURI = try values.mongoURI
        let base = try values.baseURL
        let url = try values.realtimeURL
        let model = try values.model
        guard let endpoint = RealtimeClient.endpoint(base: base, realtime: url, model: model) else {
            throw SettingError("OPENAI_BASE_URL", "cannot be turned into the URL of a WebSocket")
        }
        realtime = RealtimeClient.Configuration(
            url: endpoint, key: try values.key, model: model, dialect: try values.dialect)
        transcriptionModel = try values.transcriptionModel
        let sharedEffort = try values.sharedEffort
        reasoningEffort = try values.reasoningEffort ?? sharedEffort
        let folder = try values.personasDirectory
        handover = try SharedSettings.personasDirectory.use { try Rulebook(directory: folder).handover() }
        journalDirectory = try values.journalDirectory
        limits = SessionLimits()
        limits.resume = try values.resume
        limits.session = try values.sessionLength
        limits.idle = try values.idle
        limits.cost = try values.cost
        limits.prices = try values.prices
        // The supervisor's pause, the ten seconds that its model has, and some for a busy machine.
        limits.verdict = try values.debounce + .seconds(15)
        maxSessions = try values.maxSessions
        drain = try values.drain
        startWithin = try values.startWithin
    }

    /// After the drain time, the remaining sessions need a moment to end in order.
    static func maximumGracefulShutdown(_ config: Settings) throws(SettingError) -> Duration {
        try config.values(of: RelaySettings.self).drain + .seconds(15)
    }
}
