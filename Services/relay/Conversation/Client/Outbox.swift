import Domain

/// The messages that were numbered for the client, kept so that one that was away can have them again, as they were.
struct Outbox {
    /// A session of half an hour issues a few hundred.
    static let capacity = 2_000

    private(set) var lastSeq = 0
    private var kept: [ServerMessage] = []

    /// Numbers a message and keeps it.
    mutating func add(_ make: (Int) -> ServerMessage) -> ServerMessage {
        lastSeq += 1
        let message = make(lastSeq)
        kept.append(message)
        // In bulk, since it moves the rest.
        if kept.count > Self.capacity + 100 { kept.removeFirst(100) }
        return message
    }

    /// Everything after `seq`, or nil when some of that is gone or never was.
    func messages(after seq: Int) -> ArraySlice<ServerMessage>? {
        guard seq >= 0, seq <= lastSeq, lastSeq - seq <= kept.count else { return nil }
        return kept.suffix(lastSeq - seq)
    }
}
