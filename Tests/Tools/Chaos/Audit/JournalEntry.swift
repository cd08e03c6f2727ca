import Domain

/// One line of a caller's journal: something that the caller did, or that happened to it.
struct JournalEntry: Codable, Hashable, Sendable {
    /// Seconds since the run began.
    var at: Double
    var what: What

    enum Way: String, Codable, Sendable {
        case socket, rest
    }

    enum What: Codable, Hashable, Sendable {
        /// About to create a session. All attempts of one call use the same key.
        case creating(key: String)
        case created(session: SessionID)
        /// Any answer over REST; status 0 if there was none.
        case answered(request: String, status: Int, code: String?)
        /// About to connect. Attempts are counted separately from connections, which number only those that succeeded.
        case connecting(attempt: Int)
        /// The attempt failed; status 0 if there was no answer.
        case refused(attempt: Int, status: Int, code: String?)
        case closed(connection: Int, code: Int)
        /// The caller dropped the connection itself: a simulated Wi-Fi gap, or no `ready` in time.
        case dropped(connection: Int)
        /// Any message except audio.
        case received(connection: Int, type: String, seq: Int?, json: String)
        case audio(connection: Int, item: String, bytes: Int)
        /// An utterance of the trainee, typed or spoken.
        case said(text: String, isTyped: Bool)
        case sentEvent(eventId: String, way: Way)
        /// Result of a REST upload for one event: `stored`, `duplicate` or `invalid`.
        case uploaded(eventId: String, status: String)
        case askedToEnd
        /// The caller learned from the server that its session is over.
        case finished(why: String)
        /// The caller gave up, with the reason.
        case gaveUp(why: String)
    }

    /// The caller needs no connection after this entry.
    var isOver: Bool {
        switch what {
        case .finished, .gaveUp: true
        default: false
        }
    }
}
