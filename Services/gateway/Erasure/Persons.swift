import Secrets
import Storage

/// How receipts and the audit name trainees: by a code that is made with a key of the trainee's own. Erasing a trainee
/// destroys the key, and from then on nobody can tell whose code it is.
struct Persons: Sendable {
    private static let prefix = "person-"

    let store: any SessionStore
    let secret: SessionSecret

    /// `person-` and 132 bits of HMAC-SHA256. The first call for a trainee makes the key.
    func name(of traineeId: String) async throws -> String {
        let new = try RandomToken.make()
        guard let key = try await store.personKey(of: place(of: traineeId), orNew: new) else {
            // Destroyed at this moment: the name would say nothing.
            return Self.name(of: traineeId, key: new)
        }
        return Self.name(of: traineeId, key: key)
    }

    /// Makes that nobody can tell any more whose names there are.
    func forget(_ traineeId: String) async throws { try await store.destroyPersonKey(of: place(of: traineeId)) }

    /// Where the key is kept: not under the id, which no collection but the sessions should have.
    func place(of traineeId: String) -> String {
        Base64URL.encode(secret.code(for: "person-key", traineeId))
    }

    static func name(of traineeId: String, key: String) -> String {
        let code = HMACSHA256.code(of: traineeId.utf8, key: key.utf8)
        return prefix + Base64URL.encode(code).prefix(22)
    }
}
