/// How fast a client's messages other than audio are passed to the relay.
///
/// All sessions of a relay share one event loop, and a message of words costs it a hundred times what audio costs. A
/// thousand at once, which the rate limit allows after a gap, would hold up everybody's audio; at this pace they do not.
/// Every message counts, also one that comes before its time: the debt is the time for which to stop reading.
struct MessagePace: Sendable {
    /// Messages that pass at once.
    static let burst = 50.0
    static let perSecond = 500.0

    private var level = burst
    private var filledAt: ContinuousClock.Instant

    init(now: ContinuousClock.Instant) { filledAt = now }

    /// Counts a message that passes.
    ///
    /// - Returns: how long to read nothing more, or nil.
    mutating func count(now: ContinuousClock.Instant) -> Duration? {
        level = min(Self.burst, level + Self.perSecond * max(0, (now - filledAt).inSeconds)) - 1
        filledAt = now
        return level < 0 ? .seconds(-level / Self.perSecond) : nil
    }
}
