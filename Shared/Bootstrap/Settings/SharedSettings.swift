public import Foundation
public import Outgoing

/// The variables that several processes read, declared once so that they mean the same everywhere.
public enum SharedSettings {
    public static let mongoURI = Setting<String>(
        "MONGODB_URI", allowed: "a mongodb:// or mongodb+srv:// address with the database in its path",
        default: "mongodb://localhost:27017/bat-vr-trainer", defaultText: "mongodb://localhost:27017/bat-vr-trainer",
        secret: true, meaning: "the database that the processes share",
        parse: { $0.hasPrefix("mongodb://") || $0.hasPrefix("mongodb+srv://") ? $0 : nil })

    public static let provider = Setting<Provider>.choice(
        "PROVIDER", default: .openai,
        meaning: "whose model API it is; settings whose names begin with REALTIME say where its realtime API differs")

    public static let openAIKey = Setting.secret("OPENAI_API_KEY", meaning: "key of the model API")

    /// Where a key goes if nothing else is set.
    public static let openAIHost = "api.openai.com"

    public static let openAIBaseURL: Setting<URL> = .url(
        "OPENAI_BASE_URL", default: "https://\(openAIHost)/v1",
        meaning: "where the model API is, with its version; the realtime URL follows from it")

    public static let reasoningEffort = Setting.string(
        "REASONING_EFFORT",
        meaning: "none, minimal, low, medium, high or xhigh, for all models that have no effort of their own"
    ).optional(shownAs: "not sent")

    /// - Parameters:
    ///   - role: `REALTIME`, `SUPERVISOR` or `SCORING`.
    ///   - otherwise: what applies when neither this nor `REASONING_EFFORT` is set, as `--help` shows it.
    public static func reasoningEffort(of role: String, otherwise: String) -> Setting<String?> {
        Setting.string("\(role)_REASONING_EFFORT", meaning: "none, minimal, low, medium, high or xhigh")
            .optional(shownAs: "REASONING_EFFORT, else \(otherwise)")
    }

    /// The default model that judges conversations: what OpenAI names as the successor of gpt-4.1, which it shuts down
    /// on 14 January 2027.
    public static let judgeModel = "gpt-6-luna"

    /// The effort to send: the operator's setting, or `none` for the default judge, which would otherwise reason for
    /// seconds.
    public static func judgeEffort(own: String?, shared: String?, model: String) -> String? {
        own ?? shared ?? (model == judgeModel ? "none" : nil)
    }

    public static let traceEndpoint = Setting.url(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        meaning: "collector of traces (OTLP over HTTP), such as http://localhost:4318; without it there are none"
    ).optional

    public static let market = Setting.string(
        "MARKET", default: "EU", meaning: "market of sessions that name none; one of markets.yaml")

    public static let marketTimeZone = Setting.string(
        "MARKET_TIMEZONE", meaning: "IANA time zone whose day counts for ages, instead of the market's own"
    ).optional(shownAs: "the market's")

    public static let handoverObjects = Setting.list(
        "HANDOVER_OBJECTS", meaning: "names of VR objects that are products, besides those of vr-objects.yaml")

    public static let supervisorDebounce = Setting.duration(
        "SUPERVISOR_DEBOUNCE_MS", in: .milliseconds, 0...60_000, default: 2_000,
        meaning: "pause after the customer's last words before the conversation is judged")

    public static let legalAge = Setting.integer(
        "LEGAL_AGE", in: 1...99,
        meaning: "completed years from which a customer may be sold to, where that is more than the market's law asks"
    ).optional(shownAs: "the market's")

    public static let personasDirectory = Setting.string(
        "PERSONAS_DIR", default: "Shared/Personas",
        meaning: "folder of the personas and the rules' content, taken over when a version is newer")

    public static let dataDirectory = Setting.string(
        "DATA_DIR", default: "./data/sessions", meaning: "folder of the sessions' data files, reports and zips")

    public static let audioRecording = Setting.flag(
        "AUDIO_RECORDING", default: false,
        meaning: "whether the sound of a call is kept whose trainee was told so (recordingNoticeShown)")

    public static let audioRetention = Setting.integer(
        "AUDIO_RETENTION_DAYS", in: 1...3_650, default: 7, meaning: "days for which a call's sound is kept")

    public static let httpsProxy = Setting<Proxy>(
        "HTTPS_PROXY", allowed: "http://host:port, with user:password@ before the host where the proxy asks for them",
        default: nil, defaultText: nil, secret: true,
        meaning: "the HTTP proxy through which https and wss connections leave; also read as https_proxy",
        parse: { Proxy($0) }
    ).optional

    public static let noProxy = Setting.list(
        "NO_PROXY",
        meaning: "hosts that are reached without the proxy: names with their subdomains, addresses, networks, or *; "
            + "also read as no_proxy")

    public static let authorityFile = Setting.string(
        "CA_FILE", meaning: "PEM file of certificate authorities to trust besides the system's, such as a company's own"
    ).optional

    /// How connections to other servers leave, from the values of the three settings above.
    ///
    /// - Throws: `SettingError` if the file of authorities cannot be used.
    public static func outgoing(
        proxy: Proxy?, noProxy: [String], authorityFile: String?
    ) throws(SettingError) -> OutgoingRules {
        let authorities = try self.authorityFile.use { try authorityFile.map { try Authorities(file: $0) } }
        return OutgoingRules(proxy: proxy, direct: DirectHosts(noProxy), authorities: authorities)
    }
}
