import Domain
import Synchronization

/// Limits wrong credentials per address. Beyond the limit a right one is refused too; otherwise the limit would not
/// slow down guessing. A caller whose credential was right before is still let in, because somebody else behind the
/// same address may be guessing.
final class KeyAttempts: Sendable {
    private struct Acquaintance: Hashable {
        var address: String
        var principal: Principal
    }

    private static let mostAcquaintances = 4096

    private let failures: RateLimit
    private let known = Mutex<Set<Acquaintance>>([])

    init(_ failures: RateLimit) {
        self.failures = failures
    }

    /// - Parameters:
    ///   - address: of the client.
    ///   - principal: to whom the credential belongs; nil if it is wrong.
    /// - Throws: 401, or 429 with `Retry-After`.
    func admit(_ principal: Principal?, from address: String) throws(Problem) -> Principal {
        let acquaintance = principal.map { Acquaintance(address: address, principal: $0) }
        if let principal, let acquaintance, known.withLock({ $0.contains(acquaintance) }) { return principal }
        try failures.take(address, .tooManyFailures)
        guard let principal, let acquaintance else { throw .unauthorized }
        failures.giveBack(address)
        known.withLock { known in
            if known.count >= Self.mostAcquaintances { known = [] }
            known.insert(acquaintance)
        }
        return principal
    }
}
