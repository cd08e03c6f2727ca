import Bootstrap
import Conversation
import Foundation

/// How a server of the Realtime API differs from others: authentication, dialect, sample rates, and which optional keys
/// it accepts. Each provider is a set of defaults.
struct ProviderProfile: Hashable, Sendable {
    /// How the handshake carries the key.
    enum Authentication: Hashable, Sendable {
        case none
        /// `scheme` precedes the key, separated by a space.
        case header(name: String, scheme: String?)

        static let bearer = Authentication.header(name: "Authorization", scheme: "Bearer")

        /// `none`, a header's name, or name and scheme with a colon between. `Authorization` alone means `Bearer`.
        ///
        /// - Returns: nil when it is not the name of a header.
        init?(_ text: String) {
            let parts = text.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard let name = parts.first, ProviderProfile.isHeaderName(name) else { return nil }
            if name.lowercased() == "none", parts.count == 1 {
                self = .none
            } else if parts.count == 2 {
                guard ProviderProfile.isHeaderName(parts[1]) else { return nil }
                self = .header(name: name, scheme: parts[1])
            } else {
                self = .header(name: name, scheme: name.lowercased() == "authorization" ? "Bearer" : nil)
            }
        }
    }

    struct Header: Hashable, Sendable {
        var name: String
        var value: String
    }

    /// Samples a second of the audio between client and relay.
    static let clientRate = 24_000
    static let rates = [8_000, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000]

    var provider = Provider.openai
    var authentication = Authentication.bearer
    var extraHeaders: [Header] = []
    var query: [URLQueryItem] = []
    var dialect = RealtimeDialect.ga
    /// Samples a second of the audio that the server is sent, and of the audio that it sends.
    var inputRate = Self.clientRate
    var outputRate = Self.clientRate
    var optionalKeys = Set(OptionalKey.allCases)
    /// Whether a tool is nested under `function`, as in chat completions.
    var nestsTools = false
    /// The voice of every customer; nil for the personas' own.
    var voice: String?
    /// How long the server keeps a connection, where it does not say so itself.
    var sessionLimit = Duration.seconds(3_600)
    /// Whether the server answers `session.update` with `session.updated`. Audio waits for that.
    var isConfirmed = true

    init() {}

    init(_ provider: Provider) {
        self.provider = provider
        switch provider {
        case .openai: break
        case .azure: authentication = .header(name: provider.keyHeader, scheme: nil)
        case .azureVoiceLive:
            authentication = .header(name: provider.keyHeader, scheme: nil)
            dialect = .beta
            optionalKeys = [.language, .toolChoice, .turnTuning, .turnResponses, .temperature, .maxOutputTokens]
        case .compatible:
            optionalKeys = [.language, .toolChoice, .turnTuning, .turnResponses]
        }
    }

    /// What the handshake carries.
    ///
    /// - Parameters:
    ///   - key: nil for a server that wants none.
    ///   - safetyIdentifier: a stable pseudonym of the trainee, for OpenAI only.
    func headers(key: String?, safetyIdentifier: String) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        if let key, case .header(let name, let scheme) = authentication {
            headers.append((name, scheme.map { "\($0) \(key)" } ?? key))
        }
        if provider == .openai { headers.append(("OpenAI-Safety-Identifier", safetyIdentifier)) }
        // OpenAI refuses a connection with it, and Azure needs none.
        if dialect == .beta, provider != .azure, provider != .azureVoiceLive {
            headers.append(("OpenAI-Beta", "realtime=v1"))
        }
        let own = Set(extraHeaders.map { $0.name.lowercased() })
        return headers.filter { !own.contains($0.name.lowercased()) } + extraHeaders.map { ($0.name, $0.value) }
    }

    /// The voice of a customer whose persona asks for one.
    func voice(of persona: String, default fallback: String) -> String {
        if let voice { return voice }
        let hasOwnVoices = provider == .compatible || provider == .azureVoiceLive || dialect != .ga
        return hasOwnVoices || RealtimeSettings.voices.contains(persona) ? persona : fallback
    }

    // MARK: Reading settings

    /// `name=value` pairs.
    ///
    /// - Returns: nil when one of them is no header.
    static func headers(from pairs: [String]) -> [Header]? {
        var headers: [Header] = []
        for pair in pairs {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return nil }
            let header = Header(
                name: parts[0].trimmingCharacters(in: .whitespaces),
                value: parts[1].trimmingCharacters(in: .whitespaces))
            guard isHeaderName(header.name), header.value.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
                return nil
            }
            headers.append(header)
        }
        return headers
    }

    /// `name=value&…`, percent-encoded as in a URL.
    ///
    /// - Returns: nil when it is not a query.
    static func query(from text: String) -> [URLQueryItem]? {
        let query = text.hasPrefix("?") ? String(text.dropFirst()) : text
        // The setter of `percentEncodedQuery` traps on what this initializer refuses.
        guard !query.contains("#"),
            let items = URLComponents(string: "?" + query, encodingInvalidCharacters: false)?.queryItems
        else { return nil }
        return items.allSatisfy { !$0.name.isEmpty } ? items : nil
    }

    /// Names with commas between, or `none`.
    ///
    /// - Returns: nil when a name is not one of them.
    static func optionalKeys(from names: [String]) -> Set<OptionalKey>? {
        if names == ["none"] { return [] }
        let keys = names.compactMap { OptionalKey(rawValue: $0.lowercased()) }
        return keys.count == names.count ? Set(keys) : nil
    }

    /// A token, as HTTP calls it.
    private static func isHeaderName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 128
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                    || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
    }
}
