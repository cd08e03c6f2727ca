import Synchronization

/// Whose credentials were right before, and from which address. Others behind the same address may be guessing, and what
/// slows them down must not lock out those.
final class Acquaintances<Who: Hashable & Sendable>: Sendable {
    private struct Acquaintance: Hashable {
        var address: String
        var who: Who
    }

    private static var most: Int { 4096 }

    private let known = Mutex<Set<Acquaintance>>([])

    func contains(_ who: Who, at address: String) -> Bool {
        known.withLock { $0.contains(Acquaintance(address: address, who: who)) }
    }

    /// When there are too many, all are forgotten: each comes back with its next right credential.
    func add(_ who: Who, at address: String) {
        known.withLock { known in
            if known.count >= Self.most { known = [] }
            known.insert(Acquaintance(address: address, who: who))
        }
    }
}
