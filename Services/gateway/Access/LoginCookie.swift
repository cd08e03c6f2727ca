import Foundation
import Secrets

/// The dashboard's sign-in cookie: principal, expiry, a fingerprint of the principal's key, and our signature over all.
/// Nothing is stored on the server.
struct LoginCookie: Sendable {
    static let name = "bat_login"
    static let lifetime: TimeInterval = 12 * 3600

    private let secret: SessionSecret
    private let keys: APIKeys
    private let now: @Sendable () -> Date

    init(secret: SessionSecret, keys: APIKeys, now: @escaping @Sendable () -> Date = { Date() }) {
        self.secret = secret
        self.keys = keys
        self.now = now
    }

    /// The value of a `Set-Cookie` field.
    func set(for principal: Principal, secure: Bool) -> String {
        let expires = Int64(now().timeIntervalSince1970 + Self.lifetime)
        let claim = Base64URL.encode(
            "\(principal.role.rawValue)|\(expires)|\(fingerprint(of: principal))|\(principal.name)".utf8)
        let signature = Base64URL.encode(secret.code(for: "login", claim))
        return Self.field("\(claim).\(signature)", maxAge: Int(Self.lifetime), secure: secure)
    }

    static func cleared(secure: Bool) -> String {
        field("", maxAge: 0, secure: secure)
    }

    private static func field(_ value: String, maxAge: Int, secure: Bool) -> String {
        "\(name)=\(value); Path=/; Max-Age=\(maxAge); HttpOnly; SameSite=Strict" + (secure ? "; Secure" : "")
    }

    private func fingerprint(of principal: Principal) -> String {
        keys.fingerprint(of: principal.name, with: secret) ?? ""
    }

    /// The principal that a request's `Cookie` field signs in; nil without a valid cookie, and when the principal's key
    /// is gone or has another role or secret.
    func principal(inCookieField field: String) -> Principal? {
        for pair in field.split(separator: ";") {
            let pair = pair.drop(while: { $0 == " " })
            guard pair.hasPrefix(Self.name + "=") else { continue }
            if let principal = principal(of: pair.dropFirst(Self.name.count + 1)) { return principal }
        }
        return nil
    }

    private func principal(of value: Substring) -> Principal? {
        let parts = value.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let signature = Base64URL.decode(parts[1]),
            constantTimeEquals(signature, secret.code(for: "login", String(parts[0]))),
            let claim = Base64URL.decode(parts[0])
        else { return nil }
        let fields = String(decoding: claim, as: UTF8.self).split(
            separator: "|", maxSplits: 3, omittingEmptySubsequences: false)
        guard fields.count == 4, let role = Role(rawValue: String(fields[0])), let expires = Int64(fields[1]),
            expires > Int64(now().timeIntervalSince1970)
        else { return nil }
        let principal = Principal(name: String(fields[3]), role: role)
        guard keys.role(of: principal.name) == role, fingerprint(of: principal) == fields[2] else { return nil }
        return principal
    }
}
