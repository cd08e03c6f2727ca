/// Allows bursts of up to `capacity`, and `perSecond` on average.
struct TokenBucket: Sendable {
    let capacity: Double
    let perSecond: Double
    private var level: Double
    private var filledAt: ContinuousClock.Instant

    init(capacity: Double, perSecond: Double, now: ContinuousClock.Instant) {
        self.capacity = capacity
        self.perSecond = perSecond
        level = capacity
        filledAt = now
    }

    /// Takes `amount` if it is available.
    ///
    /// - Returns: nil when taken, otherwise the time until it would be available.
    mutating func take(_ amount: Double, now: ContinuousClock.Instant) -> Duration? {
        level = min(capacity, level + perSecond * (now - filledAt).inSeconds)
        filledAt = now
        guard level < amount else {
            level -= amount
            return nil
        }
        return .seconds((amount - level) / perSecond)
    }

    /// Gives back an amount taken for something that then did not happen.
    mutating func giveBack(_ amount: Double) {
        level = min(capacity, level + amount)
    }

    /// Whether the bucket has refilled completely, so that a new one would be equivalent.
    func isFull(now: ContinuousClock.Instant) -> Bool {
        level + perSecond * (now - filledAt).inSeconds >= capacity
    }
}

extension Duration {
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }

    /// Whole seconds for `Retry-After`, rounded up.
    var roundedUpSeconds: Int {
        Int(components.seconds) + (components.attoseconds > 0 ? 1 : 0)
    }
}
