import HTTPTypes
import Synchronization

/// So many per minute for each key, a minute's worth at once.
final class RateLimit: Sendable {
    /// Beyond this many keys the full buckets are forgotten, so that no flood of addresses fills the memory.
    private static let mostKeys = 4096

    private let perMinute: Int
    private let now: @Sendable () -> ContinuousClock.Instant
    private let buckets = Mutex<[String: TokenBucket]>([:])

    init(perMinute: Int, now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock().now }) {
        self.perMinute = perMinute
        self.now = now
    }

    /// - Throws: 429 with `Retry-After`.
    func take(_ key: String, _ code: String = "too_many_requests") throws(Problem) {
        let now = now()
        let wait = buckets.withLock { buckets in
            if buckets.count >= Self.mostKeys, buckets[key] == nil {
                buckets = buckets.filter { !$0.value.isFull(now: now) }
                // All of them busy: this is an attack from everywhere, and starting over is the least harm.
                if buckets.count >= Self.mostKeys { buckets = [:] }
            }
            return buckets[key, default: fresh(now)].take(1, now: now)
        }
        guard let wait else { return }
        throw Problem(
            .tooManyRequests, code, "At most \(perMinute) per minute are allowed.", retryAfter: wait.roundedUpSeconds)
    }

    func giveBack(_ key: String) {
        buckets.withLock { $0[key]?.giveBack(1) }
    }

    private func fresh(_ now: ContinuousClock.Instant) -> TokenBucket {
        TokenBucket(capacity: Double(perMinute), perSecond: Double(perMinute) / 60, now: now)
    }
}
