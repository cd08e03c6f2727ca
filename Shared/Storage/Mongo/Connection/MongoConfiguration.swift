/// How to reach MongoDB.
public struct MongoConfiguration: Sendable {
    /// `MONGODB_URI`, with the database in its path. It may contain a password: never log it.
    public var uri: String
    /// Number of clients, each with its own thread. A few are enough: calls take about a millisecond.
    public var clients: Int
    /// Maximum number of calls that wait for a client; one more is refused as `unavailable`.
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

    /// Defaults for options that the URI does not set, in milliseconds. An outage should be reported within about two
    /// seconds.
    static let timeouts: [(option: String, milliseconds: Int32)] = [
        ("serverselectiontimeoutms", 2000), ("connecttimeoutms", 2000), ("sockettimeoutms", 8000),
        ("heartbeatfrequencyms", 5000),
    ]
    /// How long the server may take for a command, in milliseconds; below the socket timeout, so that its answer still
    /// arrives.
    static let commandLimit: Int64 = 6000
}
