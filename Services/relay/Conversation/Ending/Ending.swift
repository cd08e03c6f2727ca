import Domain

/// How a session ends: the reason, what is still waited for before the connections are closed, and the handover to
/// another process.
struct Ending {
    /// A network's delay and a client's buffer, by which playback may lag behind our estimate, in milliseconds.
    static let playoutMarginMs = 400

    private struct Wait {
        /// Everything was heard, or is not waited for any longer.
        var wordsAreOut = false
        /// The trainee was speaking: OpenAI has yet to confirm the item that this became.
        var expectsCommit = false
        var gaveUpOnStragglers = false
        var isTimed = false
    }

    private var end: (reason: EndReason, outcome: Outcome)?
    private var wait = Wait()
    private var concluded = false
    /// The latest score that the client was sent.
    private var sentScore: Scorecard?
    /// The session was over already in the process that recorded it, and its end was not stored.
    private var foundOver: EndReason?
    private var departure = Departure.none

    /// When the session moves to another process.
    private enum Departure {
        case none
        /// As soon as it has no client.
        case withoutClient
        /// In the next pause: the process is about to stop, or there is no client.
        case inPause
    }

    init(foundOver: EndReason? = nil) {
        self.foundOver = foundOver
    }

    // MARK: The end

    var hasBegun: Bool { end != nil }
    var reason: EndReason? { end?.reason }
    var outcome: Outcome? { end?.outcome }
    var endBeforeRestart: EndReason? { foundOver }

    /// - Returns: false when the session is ending already: the first reason decides.
    mutating func begin(_ reason: EndReason, _ outcome: Outcome) -> Bool {
        guard end == nil else { return false }
        end = (reason, outcome)
        return true
    }

    mutating func expectCommit() {
        wait.expectsCommit = true
    }

    mutating func commitCame() {
        wait.expectsCommit = false
    }

    mutating func wordsAreOut() {
        wait.wordsAreOut = true
    }

    mutating func giveUpOnStragglers() {
        wait.gaveUpOnStragglers = true
    }

    /// - Parameters:
    ///   - isQuiet: nothing is generated or played any more.
    ///   - awaitsWords: sentences of the trainee have no words yet.
    ///   - upstreamIsReady: those words may still come.
    /// - Returns: whether the connections can be closed.
    mutating func isDone(
        isQuiet: Bool, awaitsWords: Bool, upstreamIsReady: Bool, within limit: Duration, _ effects: inout Effects
    ) -> Bool {
        if isQuiet { wait.wordsAreOut = true }
        if wait.expectsCommit || awaitsWords, upstreamIsReady, !wait.gaveUpOnStragglers {
            // They usually come while the last words play.
            if !wait.isTimed {
                wait.isTimed = true
                effects.start(.stragglers, after: limit)
            }
            return false
        }
        return wait.wordsAreOut
    }

    // MARK: After it

    /// The client has had its score, or will not have it here.
    var isConcluded: Bool { concluded }

    /// - Returns: false when it was concluded already.
    mutating func conclude() -> Bool {
        defer { concluded = true }
        return !concluded
    }

    var lastScore: Scorecard? { sentScore }

    mutating func sent(_ score: Scorecard) {
        sentScore = score
    }

    // MARK: Handover

    var isLeaving: Bool { departure == .inPause }
    var leavesWithoutClient: Bool { departure == .withoutClient }

    mutating func drain() {
        if departure == .none { departure = .withoutClient }
    }

    /// - Returns: false when it is leaving already.
    mutating func prepareToLeave() -> Bool {
        defer { departure = .inPause }
        return departure != .inPause
    }

    mutating func stopLeaving() {
        departure = .none
    }
}
