import Foundation

/// An HTTP proxy that opens connections with `CONNECT`. It learns the host and the port of the server, and nothing that
/// is said: TLS begins behind it.
public struct Proxy: Hashable, Sendable {
    public let host: String
    public let port: Int
    public let user: String?
    public let password: String?

    /// - Parameter text: `http://user:password@host:port`; the scheme, the user with the password, and the port (80)
    ///   may be left out. Signs with a meaning in a URL are percent-encoded.
    /// - Returns: nil for any other text, and for another kind of proxy.
    public init?(_ text: String) {
        // `...` is a placeholder that nobody has filled in.
        guard let parts = URLComponents(string: text.contains("://") ? text : "http://\(text)"),
            parts.scheme?.lowercased() == "http", let host = parts.host, !host.isEmpty, host != "...",
            parts.path.isEmpty || parts.path == "/", parts.query == nil, parts.fragment == nil
        else { return nil }
        self.host = DirectHosts.bare(host)
        port = parts.port ?? 80
        user = parts.user.flatMap { $0.isEmpty ? nil : $0 }
        password = parts.password
        guard (1...65_535).contains(port), user?.contains(":") != true else { return nil }
    }

    /// The value of `Proxy-Authorization`; nil if there is no user.
    public var authorization: String? {
        user.map { "Basic " + Data("\($0):\(password ?? "")".utf8).base64EncodedString() }
    }

    /// As it stands in a URL.
    public var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Whether this answer to `CONNECT` stays the same until the configuration is changed.
    public static func isFinal(_ status: Int) -> Bool { (400..<500).contains(status) && status != 408 && status != 429 }

    /// One sentence about an answer to `CONNECT` other than 200.
    ///
    /// - Parameter target: host and port of the server.
    public func refusal(_ status: Int, of target: String) -> String {
        switch status {
        case 407 where user == nil:
            "the proxy \(self) asks for a user name and a password (407), which HTTPS_PROXY does not have"
        case 407: "the proxy \(self) does not accept the user name and the password in HTTPS_PROXY (407)"
        case 401, 403: "the proxy \(self) does not allow connections to \(target) (\(status))"
        case 500...: "the proxy \(self) could not reach \(target) (\(status))"
        default: "the proxy \(self) refused the connection to \(target) (\(status))"
        }
    }
}

extension Proxy: CustomStringConvertible {
    /// Without user and password.
    public var description: String { authority }
}
