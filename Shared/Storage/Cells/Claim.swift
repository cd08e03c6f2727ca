public import Domain

/// A relay that wants to run a session.
public struct Claimant: Sendable {
    public var cell: String
    /// Name of its instance.
    public var relay: String
    /// Whether it may take over from this owner; nil is a session that nobody has run yet.
    public var mayTake: @Sendable (Ownership?) -> Bool

    public init(cell: String, relay: String, mayTake: @escaping @Sendable (Ownership?) -> Bool) {
        self.cell = cell
        self.relay = relay
        self.mayTake = mayTake
    }
}

/// What became of a claim.
public enum Claim: Sendable {
    /// The record as it was before, without the facts recorded so far, and the epoch that the claimant's writes name.
    case taken(SessionRecord, epoch: Int)
    case ended
    /// The claimant may not take over from this owner.
    case held(Ownership)
}
