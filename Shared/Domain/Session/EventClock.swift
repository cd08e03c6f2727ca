/// Converts the times of a client's events to session time, for one connection or one REST batch.
///
/// Clients count from the start of the session, from the start of the app, in milliseconds, or not at all. The offset
/// is the smallest difference between arrival and `time`. Times are accepted as they are if the offset is small, or if
/// it is positive and the newest time lies within the session, as for an event that was kept during a lost connection.
/// Otherwise all times are shifted by the offset. No result is in the future, and no time is a reason to refuse an
/// event.
public struct EventClock: Hashable, Sendable {
    /// Seconds by which clocks may differ.
    static let tolerance = 5.0

    private var offset: Double?

    public init() {}

    /// Session times of events, in seconds, between 0 and the smaller of `arrival` and `end`. Events that arrive after
    /// the end count as arriving at the end.
    ///
    /// - Parameters:
    ///   - times: as the client sent them; nil, or a value that is not finite, stands for the arrival.
    ///   - arrival: session time.
    ///   - end: when the session ended; nil while it is running.
    public mutating func dates(of times: [Double?], arrival: Double, end: Double? = nil) -> [Double] {
        let latest = max(0, min(arrival, end ?? arrival))
        let given = times.map { $0.flatMap { $0.isFinite ? $0 : nil } }
        guard let newest = given.compactMap(\.self).max() else { return given.map { _ in latest } }
        let offset = min(self.offset ?? .infinity, latest - newest)
        self.offset = offset
        // A clock that was ahead once is ahead, whatever its later events suggest.
        let isBelieved = abs(offset) <= Self.tolerance || offset > 0 && (0...latest).contains(newest)
        return given.map { time in
            guard let time else { return latest }
            return max(0, min(isBelieved ? time : time + offset, latest))
        }
    }
}
