/// Which cell runs a live session, and how often the session has been taken over so far.
public struct Ownership: Codable, Hashable, Sendable {
    /// Empty once the owner has let the session go.
    public var cell: String
    /// 1 for the relay that began the session; each takeover adds one, also within the cell. A write that names a lower
    /// epoch is refused.
    public var epoch: Int

    public init(cell: String, epoch: Int) {
        self.cell = cell
        self.epoch = epoch
    }

    /// Any cell may take the session over, at once: its owner stops, and has stored everything.
    public var isReleased: Bool { cell.isEmpty }
}
