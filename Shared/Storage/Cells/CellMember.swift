public import Foundation

/// What a relay tells other cells about itself, every two seconds.
public struct CellMember: Hashable, Sendable {
    public var cell: String
    /// Name of the relay's instance.
    public var instance: String
    /// Another number with each heartbeat. Others see that it changes, so no clock needs to be right.
    public var beat: Int
    /// By the relay's own clock; for people who look into the database.
    public var heartbeat: Date
    /// Sessions that live in this relay.
    public var sessions: Int
    /// The cell takes no new sessions.
    public var isDraining: Bool
    /// Where other cells reach the cell's gateway: `http://host:port`. Nil if they cannot.
    public var address: String?

    public init(
        cell: String, instance: String, beat: Int, heartbeat: Date, sessions: Int = 0, isDraining: Bool = false,
        address: String? = nil
    ) {
        self.cell = cell
        self.instance = instance
        self.beat = beat
        self.heartbeat = heartbeat
        self.sessions = sessions
        self.isDraining = isDraining
        self.address = address
    }

    /// Unique among all relays: neither part contains a slash.
    package var id: String { "\(cell)/\(instance)" }
}

/// A cell that lives, as others see it.
public struct Cell: Hashable, Sendable {
    public var name: String
    /// Sessions that live in its relays.
    public var sessions: Int
    /// None of its relays takes new sessions.
    public var isDraining: Bool
    public var address: String?

    public init(name: String, sessions: Int, isDraining: Bool, address: String?) {
        self.name = name
        self.sessions = sessions
        self.isDraining = isDraining
        self.address = address
    }
}
