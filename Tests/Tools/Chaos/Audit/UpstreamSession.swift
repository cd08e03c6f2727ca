/// What the simulator reports about one Realtime session.
struct UpstreamSession: Hashable, Sendable {
    var id: String
    /// The `code` of every error that it sent.
    var errorCodes: [String]
    /// What of its events was no JSON.
    var unreadable: [String] = []
    /// Ids of the items that the relay created, in order.
    var createdItems: [String]
}
