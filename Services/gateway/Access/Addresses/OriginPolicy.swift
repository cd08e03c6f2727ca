import Foundation

/// Which web pages may talk to this server, and under which host names it answers.
///
/// Browsers send `Origin` with every cross-site request that could do harm, and with every WebSocket handshake; other
/// clients send none and have no cookies that a page could borrow.
struct OriginPolicy: Sendable {
    let allowsAll: Bool
    private let listed: Set<WebOrigin>
    private let ownOrigin: WebOrigin?
    private let ownHost: String?
    /// Without keys, every client that reaches the port is trusted. That would include a web page whose own host name
    /// resolves to 127.0.0.1 (DNS rebinding), so only loopback names and the host of `PUBLIC_URL` are answered.
    let loopbackOnly: Bool

    /// - Parameter allowed: exact origins, `https://trainer.example`, or `*`; anything else has no effect.
    init(allowed: [String], publicURL: URL?, loopbackOnly: Bool) {
        allowsAll = allowed.contains("*")
        listed = Set(allowed.compactMap(Self.origin))
        self.loopbackOnly = loopbackOnly
        ownHost = publicURL.flatMap { Authority($0) }?.host
        ownOrigin = publicURL.flatMap { WebOrigin($0) }
    }

    /// An origin as people write it: with or without a final slash, and with letters that host names do not have.
    static func origin(_ text: String) -> WebOrigin? {
        let text = text.hasSuffix("/") ? String(text.dropLast()) : text
        if let origin = WebOrigin(text) { return origin }
        guard let url = URL(string: text), url.path().isEmpty, url.query() == nil else { return nil }
        return WebOrigin(url)
    }

    /// Whether a page of this origin may use the API. A request without one always may.
    ///
    /// - Parameter authority: the request's `Host`.
    func allows(origin: String?, authority: String?) -> Bool {
        guard let origin else { return true }
        return allowsAll || lists(origin: origin) || isOwn(origin: origin, authority: authority)
    }

    /// Whether `CORS_ORIGIN` names this origin.
    func lists(origin: String) -> Bool {
        WebOrigin(origin).map { listed.contains($0) } ?? false
    }

    /// Whether the page came from this server itself.
    func isOwn(origin: String, authority: String?) -> Bool {
        guard let origin = WebOrigin(origin) else { return false }
        if origin == ownOrigin { return true }
        // A proxy may have ended TLS, so that both schemes are possible.
        guard ["http", "https"].contains(origin.scheme), let authority = authority.flatMap({ Authority($0) }) else {
            return false
        }
        return origin.host == authority.host && origin.port == authority.port(for: origin.scheme)
    }

    /// Whether the server answers under this name.
    func answers(to authority: String?) -> Bool {
        guard loopbackOnly, let authority, !authority.isEmpty else { return true }
        guard let host = Authority(authority)?.host else { return false }
        return Self.isLoopback(host) || host == ownHost
    }

    static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "[::1]" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.first == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
