import Domain

/// One line of a caller's journal: something that it did, or that happened to it.
struct JournalEntry: Codable, Hashable, Sendable {
    /// Seconds since the run began.
    var at: Double
    var what: What

    enum Way: String, Codable, Sendable {
        case socket, rest
    }

    enum What: Codable, Hashable, Sendable {
        /// About to ask for a session. The key is the same over all attempts of one call.
        case creating(key: String)
        case created(session: SessionID)
        /// Any answer over REST; status 0 when there was none.
        case answered(request: String, status: Int, code: String?)
        /// About to connect. Attempts are counted apart from connections, which number those that came about.
        case connecting(attempt: Int)
        /// No connection came of it; status 0 when there was no answer.
        case refused(attempt: Int, status: Int, code: String?)
        case closed(connection: Int, code: Int)
        /// The caller dropped a connection itself: a Wi-Fi gap, or nothing came any more.
        case dropped(connection: Int)
        /// A message, audio apart.
        case received(connection: Int, type: String, seq: Int?, json: String)
        case audio(connection: Int, item: String, bytes: Int)
        /// A line of the trainee, typed or spoken.
        case said(text: String, isTyped: Bool)
        case sentEvent(eventId: String, way: Way)
        /// What a REST upload said of one event: `stored`, `duplicate` or `invalid`.
        case uploaded(eventId: String, status: String)
        case askedToEnd
        /// The caller was told, or found over REST, that its session is over.
        case finished(why: String)
        /// The caller has given up, and why.
        case gaveUp(why: String)
    }

    /// From here on the caller does not want its connection any more.
    var isOver: Bool {
        switch what {
        case .finished, .gaveUp: true
        default: false
        }
    }
}
