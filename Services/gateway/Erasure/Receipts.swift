import Domain
import Foundation
import Secrets
import Storage

/// Signs receipts, and says whether one is ours and unchanged. The key follows from `SESSION_SECRET`; nothing is stored.
struct Receipts: Sendable {
    let secret: SessionSecret

    func signed(_ receipt: Receipt) throws -> SignedReceipt {
        SignedReceipt(receipt: receipt, signature: Base64URL.encode(try code(of: receipt)))
    }

    /// Whether a body is a receipt that we have signed, exactly as we have signed it.
    func isValid(_ body: JSONValue) throws -> Bool {
        guard case .object(let members) = body, Set(members.keys) == ["receipt", "signature"],
            let signature = members["signature"]?.string.flatMap({ Base64URL.decode($0) }),
            let receipt = members["receipt"].flatMap(Receipt.init)
        else { return false }
        return constantTimeEquals(signature, try code(of: receipt))
    }

    private func code(of receipt: Receipt) throws -> [UInt8] {
        secret.code(for: "erasure-receipt", try APIJSON.tree(receipt).compact)
    }
}

extension Receipt {
    /// Nil for anything that is not a receipt, unknown keys included: they would not be signed.
    fileprivate init?(_ value: JSONValue) {
        guard case .object(let members) = value,
            Set(members.keys).isSubset(of: ["version", "what", "sessionId", "person", "erasedAt", "counts"]),
            members["version"]?.number == 1, let what = members["what"]?.string.flatMap(Subject.init),
            let erasedAt = members["erasedAt"]?.string,
            let counts = members["counts"].flatMap(ErasureCounts.init)
        else { return nil }
        var sessionId: SessionID?
        if let text = members["sessionId"] {
            guard let id = text.string.flatMap({ SessionID($0) }) else { return nil }
            sessionId = id
        }
        var person: String?
        if let text = members["person"] {
            guard let name = text.string else { return nil }
            person = name
        }
        self.init(what: what, sessionId: sessionId, person: person, erasedAt: erasedAt, counts: counts)
    }
}

extension ErasureCounts {
    fileprivate init?(_ value: JSONValue) {
        guard case .object(let members) = value,
            Set(members.keys) == ["sessions", "facts", "files", "exports"]
        else { return nil }
        let numbers = members.compactMapValues { $0.number.flatMap { Int(exactly: $0) } }
        guard let sessions = numbers["sessions"], let facts = numbers["facts"], let files = numbers["files"],
            let exports = numbers["exports"]
        else { return nil }
        self.init(sessions: sessions, facts: facts, files: files, exports: exports)
    }
}
