import Bootstrap
import Compliance
import Conversation
import Domain
import Foundation

/// What the operator decides about a relay.
struct RelayConfiguration: Sendable {
    private static let key = SharedSettings.openAIKey
    private static let baseURL = SharedSettings.openAIBaseURL
    private static let realtimeURL = Setting.url(
        "REALTIME_URL", schemes: ["ws", "wss"], meaning: "the Realtime API, where it is not OPENAI_BASE_URL/realtime"
    ).optional
    private static let model = Setting.string(
        "REALTIME_MODEL", default: "gpt-realtime-2.1", meaning: "the model that plays the customer")
    private static let dialect = Setting<RealtimeDialect>.choice(
        "REALTIME_DIALECT", default: .ga,
        meaning: "shape of the Realtime API's events; beta for servers that still speak it")
    private static let transcriptionModel = Setting.string(
        "TRANSCRIPTION_MODEL", default: "gpt-transcribe", meaning: "the model that writes down what the trainee says")
    private static let sharedEffort = SharedSettings.reasoningEffort
    private static let reasoningEffort = SharedSettings.reasoningEffort(of: "REALTIME", otherwise: "not sent")
    private static let personas = SharedSettings.personas
    private static let journal = Setting.string(
        "JOURNAL_DIR", default: "./data/journal", meaning: "folder of the journals of live sessions")
    private static let resume = Setting.duration(
        "RESUME_SECONDS", in: .seconds, 1...3_600, default: 60, meaning: "how long a session waits for a lost client")
    private static let drain = Setting.duration(
        "DRAIN_SECONDS", in: .seconds, 0...3_600, default: 60, meaning: "how long live sessions may go on after SIGTERM"
    )
    private static let startWithin = Setting.duration(
        "START_WITHIN_MINUTES", in: .minutes, 1...10_080, default: 60,
        meaning: "how long a created session waits for its first client")
    /// OpenAI's own limit is an hour.
    static let longestSession = Duration.seconds(59 * 60)
    private static let session = Setting.duration(
        "MAX_SESSION_MINUTES", in: .minutes, 1...59, default: 30, meaning: "how long a session may last")
    private static let idle = Setting.duration(
        "IDLE_SECONDS", in: .seconds, 5...3_600, default: 120, meaning: "how long nobody may speak or do anything")
    private static let sessions = Setting.integer(
        "MAX_SESSIONS", in: 1...100_000, default: 500, meaning: "sessions that one relay carries at once")

    private static let cost = Setting.number(
        "MAX_SESSION_COST", in: 0.01...10_000,
        meaning: "what a session's tokens may cost, in the currency of REALTIME_PRICES"
    ).optional
    private static let prices = Setting<TokenPrices>(
        "REALTIME_PRICES", allowed: "six numbers with commas between", default: .standard,
        defaultText: "4,0.4,24,32,0.4,64",
        meaning: "price of a million tokens: text in, cached text in, text out, audio in, cached audio in, audio out",
        parse: { TokenPrices($0) })

    private static let debounce = SharedSettings.supervisorDebounce
    private static let mongoURI = SharedSettings.mongoURI

    static let settings: [any AnySetting] = [
        mongoURI, key, baseURL, realtimeURL, model, dialect, transcriptionModel, reasoningEffort, sharedEffort,
        personas, journal, resume, drain, startWithin, session, idle, cost, prices, debounce, sessions,
    ]

    /// It may hold a password.
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
        mongoURI = try config.value(of: Self.mongoURI)
        let base = try config.value(of: Self.baseURL)
        let url = try config.value(of: Self.realtimeURL)
        let model = try config.value(of: Self.model)
        guard let endpoint = RealtimeClient.endpoint(base: base, realtime: url, model: model) else {
            throw SettingError("OPENAI_BASE_URL", "cannot be turned into the URL of a WebSocket")
        }
        realtime = RealtimeClient.Configuration(
            url: endpoint, key: try config.value(of: Self.key), model: model,
            dialect: try config.value(of: Self.dialect))
        transcriptionModel = try config.value(of: Self.transcriptionModel)
        let sharedEffort = try config.value(of: Self.sharedEffort)
        reasoningEffort = try config.value(of: Self.reasoningEffort) ?? sharedEffort
        let folder = try config.value(of: Self.personas)
        do { handover = try Rulebook(directory: folder).handover() } catch {
            throw SettingError("PERSONAS_DIR", "cannot be used: \(error)")
        }
        journalDirectory = try config.value(of: Self.journal)
        limits = SessionLimits()
        limits.resume = try config.value(of: Self.resume)
        limits.session = try config.value(of: Self.session)
        limits.idle = try config.value(of: Self.idle)
        limits.cost = try config.value(of: Self.cost)
        limits.prices = try config.value(of: Self.prices)
        // The supervisor's pause, the ten seconds that its model has, and some for a busy machine.
        limits.verdict = try config.value(of: Self.debounce) + .seconds(15)
        maxSessions = try config.value(of: Self.sessions)
        drain = try config.value(of: Self.drain)
        startWithin = try config.value(of: Self.startWithin)
    }

    /// Beyond the drain, what is left needs a moment to end in order.
    static func maximumGracefulShutdown(_ config: Settings) throws(SettingError) -> Duration {
        try config.value(of: drain) + .seconds(15)
    }
}
