/// How to reach MongoDB.
public struct MongoConfiguration: Sendable {
    /// `MONGODB_URI`, with the database in its path. It may hold a password: never log it.
    public var uri: String
    /// Clients, each with a thread of its own. A handful is plenty: calls take about a millisecond.
    public var clients: Int
    /// Calls that may wait for a client; the next one is refused as `unavailable`.
    public var waitingLimit: Int

    /// Calls that have waited for a client longer than this are refused: they would be answered too late.
    public var waitingTime: Duration

    public init(
        uri: String, clients: Int = 3, waitingLimit: Int = 1024, waitingTime: Duration = .seconds(4)
    ) {
        self.uri = uri
        self.clients = clients
        self.waitingLimit = waitingLimit
        self.waitingTime = waitingTime
    }

    /// What is set where the URI says nothing else, in milliseconds. An outage is to be answered in about two seconds.
    static let timeouts: [(option: String, milliseconds: Int32)] = [
        ("serverselectiontimeoutms", 2000), ("connecttimeoutms", 2000), ("sockettimeoutms", 8000),
        ("heartbeatfrequencyms", 5000),
    ]
    /// How long the server may take for a command, below the socket's own limit so that its answer still arrives.
    static let commandLimit: Int64 = 6000
}
