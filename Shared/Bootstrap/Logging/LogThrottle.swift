/// Keeps what repeats itself out of the log: one line a second of each kind.
public struct LogThrottle: Sendable {
    /// Maximum number of kinds that are remembered; a kind may contain words from outside.
    private static let mostKinds = 64
    /// In milliseconds.
    private static let interval = 1_000

    private var kinds: [String: (written: Int, suppressed: Int)] = [:]

    public init() {}

    /// - Parameters:
    ///   - kind: what the line says, without what changes from one to the next.
    ///   - now: in milliseconds, by any clock that only goes forward.
    /// - Returns: nil if the line must not be written; otherwise how many of its kind were not since the last one.
    public mutating func admit(_ kind: String, at now: Int) -> Int? {
        guard let last = kinds[kind] else {
            if kinds.count >= Self.mostKinds { kinds = kinds.filter { now - $0.value.written < Self.interval } }
            if kinds.count < Self.mostKinds { kinds[kind] = (now, 0) }
            return 0
        }
        guard now - last.written >= Self.interval else {
            kinds[kind] = (last.written, last.suppressed + 1)
            return nil
        }
        kinds[kind] = (now, 0)
        return last.suppressed
    }
}
