import Bootstrap
import Foundation
import Outgoing

/// The settings of the reports process.
struct ReportsSettings: SettingTable {
    let traceEndpoint = SharedSettings.traceEndpoint
    let dataDirectory = SharedSettings.dataDirectory
    let fontDirectory = Setting.string(
        "FONT_DIR", default: "/usr/share/fonts/truetype/dejavu",
        meaning: "folder with DejaVuSans.ttf and DejaVuSans-Bold.ttf, which reports are set in")
    let audioRetention = SharedSettings.audioRetention
    let sessionRetention = Setting.integer(
        "RETENTION_DAYS", in: 0...36_500, default: 0,
        meaning: "days after which a session is erased with everything that belongs to it; 0 keeps sessions")
    let mongoURI = SharedSettings.mongoURI
    let batManURL = Setting.url(
        "BATMAN_API_URL", meaning: "where sessions are exported to by POST; https, or http to this machine"
    ).optional
    let batManAuthorization = Setting.secret(
        "BATMAN_API_AUTH",
        meaning: "the Authorization header of an export, such as Bearer and a token; without it none is sent"
    ).optional
    let batManSecret = Setting.secret(
        "BATMAN_SIGNING_SECRET",
        meaning: "key of the HMAC-SHA256 in X-Bat-Signature, shared with BatMan; without it exports are not signed"
    ).optional
    let httpsProxy = SharedSettings.httpsProxy
    let noProxy = SharedSettings.noProxy
    let authorityFile = SharedSettings.authorityFile
}

/// What the operator decides about the reports process.
struct ReportsConfiguration {
    let dataDirectory: String
    let fontDirectory: String
    /// Days for which a call's sound is kept.
    let audioRetention: Int
    /// Days after which a session is erased; nil if it is kept.
    let sessionRetention: Int?
    /// May contain a password.
    let mongoURI: String
    let outgoing: OutgoingRules
    /// Nil if no export is configured.
    let batMan: BatManClient.Settings?

    /// - Throws: `SettingError`.
    init(_ config: Settings) throws(SettingError) {
        let values = config.values(of: ReportsSettings.self)
        dataDirectory = try values.dataDirectory
        fontDirectory = try values.fontDirectory
        audioRetention = try values.audioRetention
        let retention = try values.sessionRetention
        sessionRetention = retention > 0 ? retention : nil
        mongoURI = try values.mongoURI
        outgoing = try SharedSettings.outgoing(
            proxy: try values.httpsProxy, noProxy: try values.noProxy, authorityFile: try values.authorityFile)
        batMan = try Self.batMan(values)
    }

    /// - Throws: `SettingError`.
    func typeface() throws(SettingError) -> Typeface {
        do {
            return try Typeface(folder: fontDirectory)
        } catch {
            throw SettingError("FONT_DIR", "cannot be used: \(error); Debian's fonts-dejavu-core has these fonts")
        }
    }

    private static func batMan(_ values: SettingValues<ReportsSettings>) throws(SettingError) -> BatManClient.Settings?
    {
        guard let url = try values.batManURL else { return nil }
        let authorization = try values.batManAuthorization
        guard authorization?.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) ?? true else {
            throw SettingError("BATMAN_API_AUTH", "must be one line of printable ASCII")
        }
        let isLocal = ["localhost", "127.0.0.1", "::1", "[::1]"].contains(url.host()?.lowercased() ?? "")
        guard url.scheme?.lowercased() == "https" || isLocal else {
            throw SettingError("BATMAN_API_URL", "must be https: the record and the credential would go in the clear")
        }
        return BatManClient.Settings(
            url: url.absoluteString, authorization: authorization, signingSecret: try values.batManSecret)
    }
}
