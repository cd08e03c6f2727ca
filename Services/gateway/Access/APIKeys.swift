import Bootstrap
import Secrets
import Synchronization

/// The keys of `API_KEYS`, which may change while the process runs. Only digests are kept, so a core dump or a log of
/// this value reveals no key.
final class APIKeys: Sendable {
    private struct Entry: Hashable, Sendable {
        var principal: Principal
        var digest: [UInt8]
    }

    private let kept: Mutex<[Entry]>
    /// Names of keys that are short enough to be guessed.
    let weak: [String]

    private var entries: [Entry] { kept.withLock { $0 } }

    var isEmpty: Bool { entries.isEmpty }

    /// Nil unless the text is a comma-separated list of `name:role:secret` with unique names.
    init?(_ text: String) {
        var entries: [Entry] = []
        var weak: [String] = []
        for item in text.split(separator: ",") {
            let parts = item.trimmingPrefix(while: \.isWhitespace).split(
                separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, let role = Role(rawValue: String(parts[1])), role != .trainee,
                Self.isName(parts[0])
            else {
                return nil
            }
            let name = String(parts[0])
            let secret = String(parts[2].reversed().trimmingPrefix(while: \.isWhitespace).reversed())
            guard !secret.isEmpty, !entries.contains(where: { $0.principal.name == name }) else { return nil }
            if secret.utf8.count < 16 { weak.append(name) }
            entries.append(Entry(principal: Principal(name: name, role: role), digest: SHA256.digest(of: secret.utf8)))
        }
        kept = Mutex(entries)
        self.weak = weak
    }

    static let none = APIKeys()

    private init() {
        kept = Mutex([])
        weak = []
    }

    /// Takes over the keys of another value. A process without keys stays without, since it listens only on loopback,
    /// and one with keys never loses all of them.
    ///
    /// - Returns: whether they are others than before.
    func take(_ others: APIKeys) -> Bool {
        let others = others.entries
        return kept.withLock { kept in
            guard !kept.isEmpty, !others.isEmpty, kept != others else { return false }
            kept = others
            return true
        }
    }

    /// The principal whose key has this secret; nil if there is none. Takes the same time for every wrong secret.
    func principal(holding secret: some StringProtocol) -> Principal? {
        let digest = SHA256.digest(of: secret.utf8)
        var found: Principal?
        for entry in entries where constantTimeEquals(entry.digest, digest) { found = entry.principal }
        return found
    }

    /// The role of the key of this name.
    func role(of name: String) -> Role? {
        entries.first { $0.principal.name == name }?.principal.role
    }

    /// Tells whether the key of this name still has the same secret, and reveals nothing of it; nil if there is no such
    /// key. It stands in claims that we sign, so a plain comparison is enough once the signature is checked.
    func fingerprint(of name: String, with secret: SessionSecret) -> String? {
        entries.first { $0.principal.name == name }
            .map { Base64URL.encode(secret.code(for: "key", Base64URL.encode($0.digest)).prefix(9)) }
    }

    private static func isName(_ text: Substring) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }

    static let setting = Setting<APIKeys>(
        "API_KEYS", allowed: "name:role:secret with commas between, role client, viewer, trainer or admin",
        default: APIKeys.none,
        defaultText: "none: loopback only", secret: true,
        meaning:
            "who may use the API; a client sees the sessions it created, a viewer all submitted ones, a trainer reviews them, an admin exports too",
        parse: { APIKeys($0) })
}
