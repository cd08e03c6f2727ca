import Bootstrap
import Compliance
import Foundation

/// What the gateway reads from its environment.
struct GatewayConfiguration {
    var host: String
    var port: Int
    var keys: APIKeys
    var secret: SessionSecret
    var publicURL: URL?
    var tls: TLSFiles?
    var corsOrigins: [String]
    var dataFolder: String
    var pageFolders: [String]
    var personaFolder: String
    var databaseURI: String
    var sessionsPerMinute: Int
    var requestsPerMinute: Int
    var audioRate: Int
    var isSimulated: Bool
    var rulebook: Rulebook
    var rules: RuleChoice

    struct TLSFiles {
        var certificate: String
        var key: String
    }

    static let port = Setting.integer("PORT", in: 0...65_535, default: 3001, meaning: "TCP port of HTTP and WebSocket")
    static let host = Setting.string("HOST", meaning: "address to listen on")
        .optional(shownAs: "127.0.0.1 without API_KEYS, else 0.0.0.0")
    static let publicURL = Setting.url(
        "PUBLIC_URL", meaning: "how clients reach this server; base of the wsUrl that they are given"
    ).optional(shownAs: "from the connection")
    static let certificate = Setting.string("TLS_CERT", meaning: "PEM file of the certificate chain").optional
    static let certificateKey = Setting.string("TLS_KEY", meaning: "PEM file of the certificate's key").optional
    static let corsOrigins = Setting.list(
        "CORS_ORIGIN", meaning: "origins whose pages may use the API, like https://trainer.example; * for all")
    static let dataFolder = SharedSettings.dataFolder
    static let pages = Setting.string(
        "WEB_DIR", meaning: "folder that holds the folders Dashboard and API, which are served"
    ).optional(shownAs: "beside the binary")
    static let personas = SharedSettings.personas
    static let database = SharedSettings.mongoURI
    static let sessionsPerMinute = Setting.integer(
        "RATE_SESSIONS", in: 1...1_000_000, meaning: "sessions that one API key may create in a minute"
    ).optional(shownAs: "60 per key; 600 without keys")
    static let requestsPerMinute = Setting.integer(
        "RATE_REQUESTS", in: 1...10_000_000, default: 6000, meaning: "requests that one API key may make in a minute")
    static let audioRate = Setting.integer(
        "AUDIO_RATE", in: 0...10_000, default: 4,
        meaning: "how many times faster than real time a client may send audio; 0 for no limit")
    static let simulated = Setting.flag(
        "SIMULATED", meaning: "say that the system runs against the simulator instead of OpenAI")

    static let settings: [any AnySetting] =
        [
            port, host, APIKeys.setting, SessionSecret.setting, publicURL, certificate, certificateKey, corsOrigins,
            dataFolder, pages, personas, database, sessionsPerMinute, requestsPerMinute, audioRate, simulated,
        ] + RuleChoice.settings

    init(_ config: Settings) throws {
        keys = try config.value(of: APIKeys.setting)
        port = try config.value(of: Self.port)
        host = try config.value(of: Self.host) ?? (keys.isEmpty ? "127.0.0.1" : "0.0.0.0")
        guard !keys.isEmpty || OriginPolicy.isLoopback(host.lowercased()) else {
            throw SettingError(
                "HOST", "is \(host), but without API_KEYS only this machine is served: set API_KEYS or HOST=127.0.0.1")
        }
        dataFolder = try config.value(of: Self.dataFolder)
        secret = try config.value(of: SessionSecret.setting).map(SessionSecret.init) ?? .kept(in: dataFolder)
        publicURL = try config.value(of: Self.publicURL)
        corsOrigins = try config.value(of: Self.corsOrigins)
        tls = try Self.tls(
            certificate: try config.value(of: Self.certificate), key: try config.value(of: Self.certificateKey))
        let web = try config.value(of: Self.pages) ?? Self.besideBinary
        pageFolders = ["\(web)/Dashboard", "\(web)/API"]
        personaFolder = try config.value(of: Self.personas)
        databaseURI = try config.value(of: Self.database)
        sessionsPerMinute = try config.value(of: Self.sessionsPerMinute) ?? (keys.isEmpty ? 600 : 60)
        requestsPerMinute = try config.value(of: Self.requestsPerMinute)
        audioRate = try config.value(of: Self.audioRate)
        isSimulated = try config.value(of: Self.simulated)
        do { rulebook = try Rulebook(directory: personaFolder) } catch {
            throw SettingError("PERSONAS_DIR", "cannot be used: \(error)")
        }
        rules = try RuleChoice(config, rulebook: rulebook)
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
