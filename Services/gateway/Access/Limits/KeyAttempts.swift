import Domain

/// Limits wrong credentials per address. Beyond the limit a right one is refused too; otherwise the limit would not
/// slow down guessing. A caller whose credential was right before is still let in.
final class KeyAttempts: Sendable {
    private let failures: RateLimit
    private let known = Acquaintances<Principal>()

    init(_ failures: RateLimit) {
        self.failures = failures
    }

    /// - Parameters:
    ///   - address: of the client.
    ///   - principal: to whom the credential belongs; nil if it is wrong.
    /// - Throws: 401, or 429 with `Retry-After`.
    func admit(_ principal: Principal?, from address: String) throws(Problem) -> Principal {
        if let principal, known.contains(principal, at: address) { return principal }
        try failures.take(address, .tooManyFailures)
        guard let principal else { throw .unauthorized }
        failures.giveBack(address)
        known.add(principal, at: address)
        return principal
    }
}
