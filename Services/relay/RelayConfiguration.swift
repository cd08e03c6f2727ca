import Bootstrap
import Compliance
import Conversation
import Domain
import Foundation
import Outgoing
import Storage

/// The settings of the relay process.
struct RelaySettings: SettingTable {
    let traceEndpoint = SharedSettings.traceEndpoint
    let mongoURI = SharedSettings.mongoURI
    let provider = SharedSettings.provider
    let key = SharedSettings.openAIKey.optional(shownAs: nil)
    let baseURL = SharedSettings.openAIBaseURL
    let httpsProxy = SharedSettings.httpsProxy
    let noProxy = SharedSettings.noProxy
    let authorityFile = SharedSettings.authorityFile
    let realtimeURL = Setting.url(
        "REALTIME_URL", schemes: ["ws", "wss"], meaning: "the Realtime API, where it is not OPENAI_BASE_URL/realtime"
    ).optional
    let model = Setting.string(
        "REALTIME_MODEL", default: "gpt-realtime-2.1", meaning: "the model that plays the customer")
    let dialect = Setting<RealtimeDialect>.choice(
        "REALTIME_DIALECT",
        meaning: "shape of the events: ga, beta, or ga-flat (the events of ga, voice and turns flat in the session)"
    ).optional(shownAs: "the provider's; beta for azure-voice-live, else ga")
    let authHeader = Setting<ProviderProfile.Authentication>(
        "REALTIME_AUTH_HEADER", allowed: "a header's name, a name and a scheme with a colon between, or none",
        default: nil, defaultText: nil,
        meaning: "the header that shows the key, such as api-key or Authorization:Basic",
        parse: { ProviderProfile.Authentication($0) }
    ).optional(shownAs: "the provider's; api-key for Azure, else Authorization:Bearer")
    let headers = Setting.list(
        "REALTIME_HEADERS", secret: true, meaning: "further headers of the handshake, as name=value")
    let query = Setting<[URLQueryItem]>(
        "REALTIME_QUERY", allowed: "a query such as api-version=2026-04-10&region=eu", default: [], defaultText: "none",
        secret: true, meaning: "what is added to the realtime URL's query", parse: { ProviderProfile.query(from: $0) })
    let inputRate = Setting<Int>.sampleRate("REALTIME_INPUT_RATE", meaning: "Hz of the audio that the server is sent")
    let outputRate = Setting<Int>.sampleRate("REALTIME_OUTPUT_RATE", meaning: "Hz of the audio that the server sends")
    let optionalKeys = Setting.list(
        "REALTIME_OPTIONAL_KEYS", default: nil,
        meaning: "what may be sent although the server can do without: "
            + OptionalKey.allCases.map(\.rawValue).joined(separator: ", ") + "; or none"
    ).optional(shownAs: "all for openai and azure, few for others")
    let tools = Setting<ToolShape>.choice(
        "REALTIME_TOOLS", default: .flat, meaning: "whether a tool is flat or nested under \"function\"")
    let voice = Setting.string(
        "REALTIME_VOICE", meaning: "the voice of every customer, for a server without the personas' voices"
    ).optional(shownAs: "the persona's")
    let connectionLength = Setting.duration(
        "REALTIME_SESSION_MINUTES", in: .minutes, 1...60, default: 60,
        meaning: "how long the server keeps a connection, if it does not say so itself")
    let isConfirmed = Setting.flag(
        "REALTIME_CONFIRMS", default: true,
        meaning: "whether the server answers session.update with session.updated; audio waits for that")
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
    let recording = SharedSettings.audioRecording
    let dataDirectory = SharedSettings.dataDirectory
    let debounce = SharedSettings.supervisorDebounce
    let maxSessions = Setting.integer(
        "MAX_SESSIONS", in: 1...100_000, default: 500, meaning: "sessions that one relay carries at once")
    let acknowledges = Setting<AckPoint>.choice(
        "ACK_AFTER", default: .disk,
        meaning: "where an event must be before it is acknowledged: on this machine's disk, or in the database")
    let cell = Setting<String>(
        "CELL", allowed: "up to 63 of a-z, 0-9 and -, no - at the ends", default: nil, defaultText: nil,
        meaning: "name of this cell among those that share a database",
        parse: { CellName.isValid($0) ? $0 : nil }
    ).optional(shownAs: "one that was made up once and is kept in JOURNAL_DIR")
    let cellAddress = Setting.url(
        "CELL_ADDRESS", meaning: "where other cells reach this cell's gateway, such as http://10.0.0.7:3001"
    ).optional
}

/// Where a client's event must be before it is acknowledged.
enum AckPoint: String, CaseIterable, Sendable {
    /// In the journal of this machine.
    case disk
    /// In the database: it then survives the loss of the machine.
    case database
}

/// How the server wants a tool to be described.
enum ToolShape: String, CaseIterable, Sendable {
    case flat, nested
}

extension Setting where Value == Int {
    fileprivate static func sampleRate(_ name: String, meaning: String) -> Setting<Int> {
        let rates = ProviderProfile.rates
        return Setting(
            name, allowed: "one of \(rates.map(String.init).joined(separator: ", "))",
            default: ProviderProfile.clientRate, defaultText: "\(ProviderProfile.clientRate)", meaning: meaning,
            parse: { Int($0).flatMap { rates.contains($0) ? $0 : nil } })
    }
}

/// What the operator decides about a relay.
struct RelayConfiguration: Sendable {
    /// OpenAI's own limit is an hour.
    static let longestSession = Duration.seconds(59 * 60)

    /// May contain a password.
    var mongoURI: String
    var realtime: RealtimeClient.Configuration
    var outgoing: OutgoingRules
    var transcriptionModel: String
    var reasoningEffort: String?
    /// What the products are called, for the transcription.
    var productNames: SpokenNames
    /// Which interactions in VR are known.
    var handover: Handover
    /// What the customer sees of events; nil for nothing.
    var scenes: SceneTable?
    var journalDirectory: String
    /// `DATA_DIR`, if the sound of calls is recorded whose trainee was told so; nil if it is not.
    var soundDirectory: String?
    var limits: SessionLimits
    var maxSessions: Int
    var drain: Duration
    var startWithin: Duration
    var acknowledges: AckPoint
    /// Nil if it is kept in a file.
    var cell: String?
    /// `http://host:port` of this cell's gateway; nil if other cells cannot reach it.
    var cellAddress: String?

    init(_ config: Settings) throws(SettingError) {
        let values = config.values(of: RelaySettings.self)
        mongoURI = try values.mongoURI
        let base = try values.baseURL
        let url = try values.realtimeURL
        let model = try values.model
        let profile = try Self.profile(values)
        guard let endpoint = RealtimeClient.endpoint(base: base, realtime: url, model: model, query: profile.query)
        else { throw SettingError("OPENAI_BASE_URL", "cannot be turned into the URL of a WebSocket") }
        let host = URL(string: endpoint)?.host()
        guard profile.provider == .openai || host != SharedSettings.openAIHost else {
            throw SettingError("PROVIDER", "needs OPENAI_BASE_URL or REALTIME_URL, or the key would go to OpenAI")
        }
        if profile.provider == .azureVoiceLive,
            URLComponents(string: endpoint)?.queryItems?.contains(where: { $0.name == "api-version" }) != true
        {
            throw SettingError("REALTIME_QUERY", "must name the api-version of Azure Voice Live")
        }
        let key = try values.key
        try profile.provider.check(key: key, for: host)
        realtime = RealtimeClient.Configuration(
            url: endpoint, key: key.map(Secret.init), model: model, profile: profile)
        outgoing = try SharedSettings.outgoing(
            proxy: try values.httpsProxy, noProxy: try values.noProxy, authorityFile: try values.authorityFile)
        transcriptionModel = try values.transcriptionModel
        let sharedEffort = try values.sharedEffort
        reasoningEffort = try values.reasoningEffort ?? sharedEffort
        let folder = try values.personasDirectory
        let rulebook = try SharedSettings.personasDirectory.use { try Rulebook(directory: folder) }
        let handover = try SharedSettings.personasDirectory.use { try rulebook.handover() }
        self.handover = handover
        scenes = try SharedSettings.personasDirectory.use { try SceneTable(directory: folder, handover: handover) }
        productNames = try SharedSettings.personasDirectory.use { try rulebook.productNames() }
        journalDirectory = try values.journalDirectory
        soundDirectory = try values.recording ? try values.dataDirectory : nil
        limits = SessionLimits()
        limits.upstream = profile.sessionLimit
        // Such servers may load their models first.
        if profile.provider == .compatible { limits.connect = .seconds(60) }
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
        acknowledges = try values.acknowledges
        cell = try values.cell
        cellAddress = try values.cellAddress?.absoluteString
    }

    private static func profile(_ values: SettingValues<RelaySettings>) throws(SettingError) -> ProviderProfile {
        let provider = try values.provider
        var profile = ProviderProfile(provider)
        if let dialect = try values.dialect { profile.dialect = dialect }
        if let authentication = try values.authHeader { profile.authentication = authentication }
        guard let headers = ProviderProfile.headers(from: try values.headers) else {
            throw SettingError("REALTIME_HEADERS", "must be headers as name=value, with commas between")
        }
        profile.extraHeaders = headers
        profile.query = try values.query
        profile.inputRate = try values.inputRate
        profile.outputRate = try values.outputRate
        if let names = try values.optionalKeys {
            guard let keys = ProviderProfile.optionalKeys(from: names) else {
                throw SettingError("REALTIME_OPTIONAL_KEYS", "names an unknown key")
            }
            profile.optionalKeys = keys
        }
        profile.nestsTools = try values.tools == .nested
        profile.voice = try values.voice
        profile.sessionLimit = try values.connectionLength
        profile.isConfirmed = try values.isConfirmed
        return profile
    }

    /// After the drain time, the remaining sessions need a moment to end in order.
    static func maximumGracefulShutdown(_ config: Settings) throws(SettingError) -> Duration {
        try config.values(of: RelaySettings.self).drain + .seconds(15)
    }
}
