import Domain

/// The messages that were numbered for the client, kept so that a returning client can get them again, unchanged.
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
        // In bulk, since a removal moves the rest.
        if kept.count > Self.capacity + 100 { kept.removeFirst(100) }
        return message
    }

    /// All messages after `seq`; nil if some are no longer kept or `seq` is out of range.
    func messages(after seq: Int) -> ArraySlice<ServerMessage>? {
        guard seq >= 0, seq <= lastSeq, lastSeq - seq <= kept.count else { return nil }
        return kept.suffix(lastSeq - seq)
    }
}
