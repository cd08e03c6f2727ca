import Domain

/// What a session may use up: silence, time, money. The customer is asked to wrap up before a limit is reached.
struct Limits {
    /// What follows from the trainee's silence.
    enum Idle: Equatable {
        case end
        /// The customer asks whether the trainee is still there; the item has this id.
        case ask(itemId: String)
        case wait
    }

    /// How far the customer is in wrapping up.
    private enum WrapUp {
        case notYet
        case due
        /// The customer was asked to say so.
        case done
    }

    /// The share of the allowed cost at which the customer wraps up.
    private static let costWrapUp = 0.9

    private let bounds: SessionLimits
    /// When the trainee was last active.
    private var lastActivity = SessionTime.zero
    /// When the silence began that the customer has asked about.
    private var askedAbout: SessionTime?
    private var questions = 0
    private var wrapUp = WrapUp.notYet
    /// The current upstream connection knows that the customer must wrap up.
    private var isAnnounced = false
    private var isTimed = false

    init(_ bounds: SessionLimits) {
        self.bounds = bounds
    }

    // MARK: Silence

    /// The trainee speaks or does something.
    mutating func touch(at now: SessionTime) {
        lastActivity = now
        askedAbout = nil
    }

    /// The customer asks after a quarter of the allowed silence, in milliseconds.
    private var question: Int { bounds.idle.milliseconds / 4 }

    func watchSilence(_ effects: inout Effects) {
        effects.start(.idle, after: .milliseconds(question))
    }

    /// - Parameters:
    ///   - isActive: the trainee speaks, or the conversation is not running.
    ///   - isAnswering: an answer is under way.
    ///   - playbackEnd: when the customer stops being heard.
    ///   - mayAsk: whether the customer could ask now.
    mutating func considerSilence(
        isActive: Bool, isAnswering: Bool, playbackEnd: SessionTime, mayAsk: Bool, at now: SessionTime
    ) -> Idle {
        if isActive || askedAbout == nil && isAnswering { touch(at: now) }
        let since = silentSince(playbackEnd, now)
        if now - since >= bounds.idle.milliseconds { return .end }
        guard askedAbout == nil, now - since >= question, mayAsk else { return .wait }
        askedAbout = since
        questions += 1
        return .ask(itemId: "quiet_\(questions)")
    }

    func lookAgain(playbackEnd: SessionTime, at now: SessionTime, _ effects: inout Effects) {
        let quiet = now - silentSince(playbackEnd, now)
        let next = askedAbout == nil && quiet < question ? question : bounds.idle.milliseconds
        effects.start(.idle, after: .milliseconds(next - quiet))
    }

    private func silentSince(_ playbackEnd: SessionTime, _ now: SessionTime) -> SessionTime {
        askedAbout ?? max(lastActivity, min(playbackEnd, now))
    }

    // MARK: Time

    /// Starts the clocks of the whole session, once in a process.
    mutating func startTiming(at now: SessionTime, _ effects: inout Effects) {
        guard !isTimed else { return }
        isTimed = true
        let left = max(0, bounds.session.milliseconds - now.milliseconds)
        effects.start(.session, after: .milliseconds(left))
        // At most half of a short session.
        let warning = min(bounds.wrapUp.milliseconds, bounds.session.milliseconds / 2)
        effects.start(.wrapUp, after: .milliseconds(max(0, left - warning)))
    }

    // MARK: Money

    /// Starts the wrap-up when the cost so far is close to the limit.
    mutating func considerCost(_ cost: Double?) {
        guard let most = bounds.cost, let cost, cost >= most * Self.costWrapUp else { return }
        wrapUpIsDue()
    }

    func isUsedUp(_ cost: Double?) -> Bool {
        guard let most = bounds.cost, let cost else { return false }
        return cost >= most
    }

    // MARK: Wrapping up

    mutating func wrapUpIsDue() {
        if wrapUp == .notYet { wrapUp = .due }
    }

    /// - Returns: whether the customer must be notified now.
    mutating func announceWrapUp() -> Bool {
        guard wrapUp != .notYet, !isAnnounced else { return false }
        isAnnounced = true
        return true
    }

    /// A new upstream connection does not know it.
    mutating func restart() {
        isAnnounced = false
    }

    /// - Returns: whether the customer must be asked to speak now.
    mutating func requestWrapUp() -> Bool {
        guard wrapUp == .due, isAnnounced else { return false }
        wrapUp = .done
        return true
    }
}
