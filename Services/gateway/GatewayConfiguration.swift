import Bootstrap
import Compliance
import Domain
import Foundation
import Outgoing
import Secrets

/// The settings of the gateway process.
struct GatewaySettings: SettingTable {
    let traceEndpoint = SharedSettings.traceEndpoint
    let port = Setting.integer("PORT", in: 0...65_535, default: 3001, meaning: "TCP port of HTTP and WebSocket")
    let host = Setting.string("HOST", meaning: "address to listen on")
        .optional(shownAs: "127.0.0.1 without API_KEYS, else 0.0.0.0")
    let apiKeys = APIKeys.setting
    let sessionSecret = SessionSecret.setting
    let publicURL = Setting.url(
        "PUBLIC_URL", meaning: "how clients reach this server; base of the wsUrl that they are given"
    ).optional(shownAs: "the host that the client asked for")
    let cellTemplate = Setting<CellURLTemplate>(
        "CELL_URL_TEMPLATE", allowed: "wss://{cell}.trainer.example, or a path such as /c/{cell}", default: nil,
        defaultText: nil, meaning: "how clients reach one cell of several; wsUrl then names the session's",
        parse: { CellURLTemplate($0) }
    ).optional(shownAs: "all cells have the same address")
    let authorityFile = SharedSettings.authorityFile
    let certificate = Setting.string("TLS_CERT", meaning: "PEM file of the certificate chain").optional
    let certificateKey = Setting.string("TLS_KEY", meaning: "PEM file of the certificate's key").optional
    let corsOrigins = Setting.list(
        "CORS_ORIGIN", meaning: "origins whose pages may use the API, like https://trainer.example; * for all")
    let trustedProxies = Setting.list(
        "TRUSTED_PROXIES",
        meaning: "addresses of proxies whose X-Forwarded-For, -Host and -Proto count, like 10.0.0.0/8")
    let dataDirectory = SharedSettings.dataDirectory
    let recording = SharedSettings.audioRecording
    let audioRetention = SharedSettings.audioRetention
    let pages = Setting.string(
        "WEB_DIR", meaning: "folder that holds the folders Dashboard, API, WebClient and Practice, which are served"
    ).optional(shownAs: "beside the binary")
    let personasDirectory = SharedSettings.personasDirectory
    let mongoURI = SharedSettings.mongoURI
    let sessionsPerMinute = Setting.integer(
        "RATE_SESSIONS", in: 1...1_000_000, meaning: "sessions that one API key may create in a minute"
    ).optional(shownAs: "60 per key; 600 without keys")
    let sessionsPerTrainee = Setting.integer(
        "MAX_SESSIONS_PER_TRAINEE", in: 0...1_000_000, default: 2,
        meaning: "sessions of one trainee that may be live at once; 0 for no limit")
    let sessionsPerKey = Setting.integer(
        "MAX_SESSIONS_PER_KEY", in: 0...1_000_000, default: 0,
        meaning: "sessions of one API key that may be live at once; 0 for no limit")
    let requestsPerMinute = Setting.integer(
        "RATE_REQUESTS", in: 1...10_000_000, default: 6000, meaning: "requests that one API key may make in a minute")
    let audioRate = Setting.integer(
        "AUDIO_RATE", in: 0...10_000, default: 4,
        meaning: "how many times faster than real time a client may send audio; 0 for no limit")
    let showsIdentities = Setting.flag(
        "SHOW_TRAINEE_IDENTITIES", default: true,
        meaning: "show trainers who a trainee is; off shows stable pseudonyms")
    let simulated = Setting.flag(
        "SIMULATED", meaning: "say that the system runs against the simulator instead of OpenAI")
    let legalAge = SharedSettings.legalAge
    let market = SharedSettings.market
    let marketTimeZone = SharedSettings.marketTimeZone
    let dobMatch = Setting<RuleSettings.DateMatch>.choice(
        "DOB_MATCH", default: .lenient,
        meaning: "whether an adult date of birth may differ from the persona's (lenient) or not (strict)")
    let handoverObjects = SharedSettings.handoverObjects
}

/// What the gateway reads from its environment.
struct GatewayConfiguration {
    var host: String
    var port: Int
    var keys: APIKeys
    var secret: SessionSecret
    var publicURL: URL?
    var cellTemplate: CellURLTemplate?
    /// How other cells are reached: directly.
    var outgoing: OutgoingRules
    var tls: TLSFiles?
    var corsOrigins: [String]
    var trustedProxies: [AddressRange]
    var dataDirectory: String
    var pageFolders: [PageRoutes.Folder]
    var personasDirectory: String
    var mongoURI: String
    var sessionsPerMinute: Int
    /// 0 for no limit, like the next.
    var sessionsPerTrainee: Int
    var sessionsPerKey: Int
    var requestsPerMinute: Int
    var audioRate: Int
    /// Whether trainers see who a trainee is.
    var showsIdentities: Bool
    var isSimulated: Bool
    var rulebook: Rulebook
    var rules: RuleChoice
    var products: [Product]
    var notices: Notices

    /// - Parameter keepsSecret: false to make nothing: a secret that would be made at the start is only made up.
    init(_ config: Settings, keepsSecret: Bool = true) throws {
        let values = config.values(of: GatewaySettings.self)
        keys = try values.apiKeys
        port = try values.port
        host = try values.host ?? (keys.isEmpty ? "127.0.0.1" : "0.0.0.0")
        guard !keys.isEmpty || OriginPolicy.isLoopback(host.lowercased()) else {
            throw SettingError(
                "HOST", "is \(host), but without API_KEYS only this machine is served: set API_KEYS or HOST=127.0.0.1")
        }
        dataDirectory = try values.dataDirectory
        secret =
            try values.sessionSecret.map(SessionSecret.init)
            ?? (keepsSecret ? .kept(in: dataDirectory) : SessionSecret(RandomToken.make()))
        publicURL = try values.publicURL
        cellTemplate = try values.cellTemplate
        outgoing = try SharedSettings.outgoing(proxy: nil, noProxy: [], authorityFile: try values.authorityFile)
        corsOrigins = try values.corsOrigins
        for origin in corsOrigins where origin != "*" && OriginPolicy.origin(origin) == nil {
            throw SettingError("CORS_ORIGIN", "must be * or origins like https://trainer.example, not \(origin)")
        }
        trustedProxies = try values.trustedProxies.map { text in
            guard let range = AddressRange(text) else {
                throw SettingError("TRUSTED_PROXIES", "must be addresses like 10.0.0.7 or 10.0.0.0/8, not \(text)")
            }
            return range
        }
        tls = try Self.tls(certificate: try values.certificate, key: try values.certificateKey)
        let web = try values.pages ?? Self.besideBinary
        pageFolders = [
            PageRoutes.Folder(
                path: "", directory: "\(web)/Dashboard", views: ["/sessions/*", "/trainees/*", "/cohort", "/review"]),
            PageRoutes.Folder(path: "", directory: "\(web)/API"),
            PageRoutes.Folder(path: "/client", directory: "\(web)/WebClient", isForAllOrigins: true),
            PageRoutes.Folder(path: "/practice", directory: "\(web)/Practice"),
        ]
        personasDirectory = try values.personasDirectory
        mongoURI = try values.mongoURI
        sessionsPerMinute = try values.sessionsPerMinute ?? (keys.isEmpty ? 600 : 60)
        sessionsPerTrainee = try values.sessionsPerTrainee
        sessionsPerKey = try values.sessionsPerKey
        requestsPerMinute = try values.requestsPerMinute
        audioRate = try values.audioRate
        showsIdentities = try values.showsIdentities
        isSimulated = try values.simulated
        rulebook = try SharedSettings.personasDirectory.use { [personasDirectory] in
            try Rulebook(directory: personasDirectory)
        }
        rules = try RuleChoice(config, rulebook: rulebook)
        products = try SharedSettings.personasDirectory.use { [rulebook] in try rulebook.products() }
        let recordingDays = try values.recording ? try values.audioRetention : nil
        notices = try SharedSettings.personasDirectory.use { [personasDirectory] in
            try Notices(directory: personasDirectory, recordingDays: recordingDays)
        }
    }

    private static func tls(certificate: String?, key: String?) throws(SettingError) -> TLSFiles? {
        switch (certificate, key) {
        case (let certificate?, let key?): return TLSFiles(certificate: certificate, key: key)
        case (nil, nil): return nil
        case (nil, _): throw SettingError("TLS_CERT", "is missing; TLS_KEY has no effect without it")
        case (_, nil): throw SettingError("TLS_KEY", "is missing; TLS_CERT has no effect without it")
        }
    }

    /// Where the build puts a target's resources.
    private static var besideBinary: String {
        let binary = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "."
        let folder = URL(fileURLWithPath: binary).deletingLastPathComponent().path
        return "\(folder)/bat-vr-trainer_GatewayService.resources"
    }
}
