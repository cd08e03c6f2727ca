/// When a journal file must be synced: soon if a caller waits for it, late enough that several callers share one
/// `fsync`, and otherwise before a power cut could cost more than a second.
public struct SyncSchedule: Sendable {
    /// With a disk that syncs in 25 ms this keeps an ack within 50 ms.
    public var whenAwaited: Duration
    public var otherwise: Duration

    public init(whenAwaited: Duration = .milliseconds(20), otherwise: Duration = .seconds(1)) {
        self.whenAwaited = whenAwaited
        self.otherwise = otherwise
    }

    /// Nil if there is nothing to sync.
    func due(
        dirtySince: ContinuousClock.Instant?, waitingSince: ContinuousClock.Instant?
    ) -> ContinuousClock.Instant? {
        let lazily = dirtySince.map { $0 + otherwise }
        let soon = waitingSince.map { $0 + whenAwaited }
        return [lazily, soon].compactMap(\.self).min()
    }
}
