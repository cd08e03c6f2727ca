/// Puts the times that clients give their events onto the session's clock: of one connection, or of one REST batch.
///
/// Clients count from the start of the session, from the start of the app, in milliseconds, or not at all. The offset is the
/// smallest difference between arrival and `time`. Times are believed when the offset is small, or when the newest of them lies
/// within the session, as that of an event which was kept through a lost connection. Otherwise all are shifted by the offset.
/// A time in the future is never believed, and none is a reason to refuse an event.
public struct EventClock: Hashable, Sendable {
    /// Seconds by which clocks may differ.
    static let tolerance = 5.0

    private var offset: Double?

    public init() {}

    /// Session times of events, in seconds, between 0 and the smaller of `arrival` and `end`. What arrives after the end counts
    /// as arriving at the end.
    ///
    /// - Parameters:
    ///   - times: what the client gave; nil, or what is no number, stands for the arrival.
    ///   - arrival: session time.
    ///   - end: when the session ended; nil while it goes on.
    public mutating func dates(of times: [Double?], arrival: Double, end: Double? = nil) -> [Double] {
        let latest = max(0, min(arrival, end ?? arrival))
        let given = times.map { $0.flatMap { $0.isFinite ? $0 : nil } }
        guard let newest = given.compactMap(\.self).max() else { return given.map { _ in latest } }
        let offset = min(self.offset ?? .infinity, latest - newest)
        self.offset = offset
        // A clock that has once been ahead is ahead, whatever a later event of it seems to say.
        let isBelieved = abs(offset) <= Self.tolerance || offset > 0 && (0...latest).contains(newest)
        return given.map { time in
            guard let time else { return latest }
            return max(0, min(isBelieved ? time : time + offset, latest))
        }
    }
}
