import Secrets

/// Names that stand for trainees where identities are hidden: the same trainee has the same name for as long as the
/// secret is the same, and nobody without the secret can compute it.
struct Pseudonyms: Sendable {
    private static let prefix = "trainee-"

    let secret: SessionSecret

    /// `trainee-` and 60 bits of HMAC-SHA256.
    func name(of traineeId: String) -> String {
        Self.prefix + Base64URL.encode(secret.code(for: "trainee-pseudonym", traineeId)).prefix(10)
    }

    /// Whether a text can be a pseudonym at all.
    static func mayBe(_ text: String) -> Bool {
        text.hasPrefix(prefix) && text.utf8.count == prefix.utf8.count + 10
    }
}
