/// Lets through so much at once and so much per second over time.
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

    /// Takes `amount`, if it is there.
    ///
    /// - Returns: nil when taken, otherwise how long until it would be there.
    mutating func take(_ amount: Double, now: ContinuousClock.Instant) -> Duration? {
        level = min(capacity, level + perSecond * (now - filledAt).inSeconds)
        filledAt = now
        guard level < amount else {
            level -= amount
            return nil
        }
        return .seconds((amount - level) / perSecond)
    }

    /// Gives back what was taken for something that then did not happen.
    mutating func giveBack(_ amount: Double) {
        level = min(capacity, level + amount)
    }

    /// Nothing has been taken for so long that a new bucket would be the same.
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
