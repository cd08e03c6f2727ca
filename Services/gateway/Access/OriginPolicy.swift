import Foundation

/// Which web pages may talk to this server, and under which host names it answers.
///
/// Browsers send `Origin` with every cross-site request that could do harm, and with every WebSocket handshake; other
/// clients send none and have no cookies that a page could borrow.
struct OriginPolicy: Sendable {
    /// Exact origins, `https://trainer.example`, or `*`.
    let allowed: Set<String>
    private let ownOrigin: String?
    private let ownHost: String?
    /// Without keys, every client that reaches the port is trusted. That would include a web page whose own host name
    /// resolves to 127.0.0.1 (DNS rebinding), so only loopback names and the host of `PUBLIC_URL` are answered.
    let loopbackOnly: Bool

    init(allowed: [String], publicURL: URL?, loopbackOnly: Bool) {
        self.allowed = Set(allowed.map { $0.lowercased() })
        self.loopbackOnly = loopbackOnly
        ownHost = publicURL?.host()?.lowercased()
        ownOrigin = publicURL.flatMap { url in
            guard let scheme = url.scheme?.lowercased(), let host = url.host()?.lowercased() else { return nil }
            return "\(scheme)://\(host)" + (url.port.map { ":\($0)" } ?? "")
        }
    }

    var allowsAll: Bool { allowed.contains("*") }

    /// Whether a page of this origin may use the API. A request without one always may.
    ///
    /// - Parameter authority: the request's `Host`.
    func allows(origin: String?, authority: String?) -> Bool {
        guard let origin = origin?.lowercased() else { return true }
        return allowsAll || allowed.contains(origin) || isOwn(origin: origin, authority: authority)
    }

    /// Whether the page came from this server itself.
    func isOwn(origin: String, authority: String?) -> Bool {
        let origin = origin.lowercased()
        if origin == ownOrigin { return true }
        guard let authority = authority?.lowercased(), !authority.isEmpty else { return false }
        return origin == "http://\(authority)" || origin == "https://\(authority)"
    }

    /// Whether the server answers under this name.
    func answers(to authority: String?) -> Bool {
        guard loopbackOnly else { return true }
        guard let host = Self.host(of: authority) else { return true }
        return Self.isLoopback(host) || host == ownHost
    }

    /// The host of `host:port`, lower case; nil when there is none.
    static func host(of authority: String?) -> String? {
        guard let authority = authority?.lowercased(), !authority.isEmpty else { return nil }
        if authority.hasPrefix("[") { return String(authority.prefix { $0 != "]" }) + "]" }
        return String(authority.prefix { $0 != ":" })
    }

    static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "[::1]" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.first == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
