import Domain
import HTTPTypes
import Synchronization

/// Limits each key to `perMinute` per minute, all of which may come at once.
final class RateLimit: Sendable {
    /// At this number of keys the full buckets are dropped, so that a flood of addresses cannot exhaust memory.
    private static let mostKeys = 4096

    private let perMinute: Int
    private let now: @Sendable () -> ContinuousClock.Instant
    private let buckets = Mutex<[String: TokenBucket]>([:])

    init(perMinute: Int, now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock().now }) {
        self.perMinute = perMinute
        self.now = now
    }

    /// - Throws: 429 with `Retry-After`.
    func take(_ key: String, _ code: ErrorCode = .tooManyRequests) throws(Problem) {
        let now = now()
        let wait = buckets.withLock { buckets in
            if buckets.count >= Self.mostKeys, buckets[key] == nil {
                buckets = buckets.filter { !$0.value.isFull(now: now) }
                // No bucket is full: this is a distributed attack, and resetting all of them does the least harm.
                if buckets.count >= Self.mostKeys { buckets = [:] }
            }
            return buckets[key, default: fresh(now)].take(1, now: now)
        }
        guard let wait else { return }
        throw Problem(
            .tooManyRequests, code, "At most \(perMinute) per minute are allowed.", retryAfter: wait.roundedUpSeconds)
    }

    /// Whether `take` would succeed now.
    ///
    /// - Throws: 429 with `Retry-After`.
    func check(_ key: String, _ code: ErrorCode) throws(Problem) {
        try take(key, code)
        giveBack(key)
    }

    func giveBack(_ key: String) {
        buckets.withLock { $0[key]?.giveBack(1) }
    }

    private func fresh(_ now: ContinuousClock.Instant) -> TokenBucket {
        TokenBucket(capacity: Double(perMinute), perSecond: Double(perMinute) / 60, now: now)
    }
}
