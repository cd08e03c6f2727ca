import JSON

/// The bounds of a stream of server-sent events.
struct LiveTiming: Sendable {
    /// Between two looks at the store: the relay writes facts within a second.
    var look = Duration.seconds(1)
    /// A comment after this time without an event, so that proxies keep the connection.
    var heartbeat = Duration.seconds(15)
    /// How long a reader may leave what was written unread before its connection is closed.
    var longestWrite = Duration.seconds(10)
    /// How long a stream lasts. Its reader comes again, and is authenticated again.
    var longest = Duration.seconds(600)
    /// How long the store may be unavailable.
    var longestOutage = Duration.seconds(60)
}

/// One server-sent event.
struct LiveEvent: Sendable {
    var name: String
    /// JSON in one line.
    var data: String

    init(_ name: String, _ data: OrderedJSON) {
        self.name = name
        self.data = data.compact
    }

    /// As the HTML standard writes it.
    var text: String { "event: \(name)\ndata: \(data)\n\n" }
}

/// What there is to tell, and whether it is the last.
struct LiveNews: Sendable {
    var events: [LiveEvent] = []
    var isOver = false
}

/// What a stream tells about.
protocol LiveSource: Sendable {
    /// What has happened since the last look.
    mutating func news() async throws -> LiveNews
}
