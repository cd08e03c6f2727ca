import Domain
import Secrets

/// The `wsToken`: 256 bits that open one session's WebSocket. Only its hash is stored.
struct SessionToken: Sendable {
    let text: String

    /// For a request without an idempotency key.
    static func random() throws -> SessionToken {
        SessionToken(text: try RandomToken.make())
    }

    /// For a request with an idempotency key: a repeated request must get the same response, token included, although
    /// only the hash is stored. The token is therefore derived from the secret and from the request's identity.
    static func repeatable(
        _ idempotency: NewSession.Idempotency, createdBy: String, secret: SessionSecret
    ) -> SessionToken {
        let code = secret.code(
            for: "ws-token", "\(createdBy)\u{0}\(idempotency.key)\u{0}\(idempotency.requestDigest)")
        return SessionToken(text: Base64URL.encode(code))
    }

    var hash: String { SHA256.hex(of: text) }

    /// Whether `stored` is the hash of this token.
    func matches(_ stored: String?) -> Bool {
        guard let stored else { return false }
        return constantTimeEquals(hash, stored)
    }
}
