import Domain

/// What a session may take: silence, time, money. The customer is told before it is over, so that it can say so itself.
extension LiveSession.StateMachine {
    /// How long nobody has spoken or done anything, the customer's own question about it apart.
    struct Idleness {
        /// The last thing that the trainee did.
        fileprivate var lastActivity = SessionTime.zero
        /// When the silence began that the customer has asked about.
        fileprivate var askedAbout: SessionTime?
        fileprivate var questions = 0

        /// The customer asks when a quarter of the allowed silence is over, milliseconds.
        fileprivate static func question(_ limit: Duration) -> Int { limit.milliseconds / 4 }

        static func firstLook(_ limit: Duration) -> Duration { .milliseconds(question(limit)) }
    }

    /// How far the customer is with coming to an end. In order.
    enum WrapUp: Int, Comparable {
        case notYet
        case due
        /// It knows, and says so in its next answer.
        case told
        /// It has been asked to say so.
        case done

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// The share of the allowed cost at which the customer comes to an end.
    private static let costWrapUp = 0.9

    // MARK: Silence

    /// The trainee speaks or does something.
    mutating func touch() {
        idleness.lastActivity = now
        idleness.askedAbout = nil
    }

    mutating func considerIdling() {
        let limit = plan.limits.idle.milliseconds
        let question = Idleness.question(plan.limits.idle)
        if phase != .talking || traineeSpeaks || idleness.askedAbout == nil && response.isRunning { touch() }
        let since = idleness.askedAbout ?? max(idleness.lastActivity, min(playback.end, now))
        let quiet = now - since
        if quiet >= limit { return finish(.idle) }
        if idleness.askedAbout == nil, quiet >= question, upstream.isReady, isBetweenTurns {
            idleness.askedAbout = since
            idleness.questions += 1
            command(.createItem(.system(id: "quiet_\(idleness.questions)", text: RealtimePrompt.silence)))
            requestResponse()
        }
        let next = idleness.askedAbout == nil && quiet < question ? question : limit
        act(.start(.idle, after: .milliseconds(next - quiet)))
    }

    // MARK: Time and money

    /// Starts the clocks of the whole session, once in a process.
    mutating func startTiming() {
        guard !isTimed else { return }
        isTimed = true
        let left = max(0, plan.limits.session.milliseconds - now.milliseconds)
        act(.start(.session, after: .milliseconds(left)))
        // In a session that is shorter than that, half of it is enough.
        let warning = min(plan.limits.wrapUp.milliseconds, plan.limits.session.milliseconds / 2)
        act(.start(.wrapUp, after: .milliseconds(max(0, left - warning))))
    }

    /// Adds what an answer has cost.
    mutating func count(_ usage: TokenUsage) {
        let total = ledger.usage.adding(usage, at: plan.limits.prices)
        guard total != ledger.usage else { return }
        record(.usage(total))
        considerCost()
    }

    mutating func considerCost() {
        guard let most = plan.limits.cost, let cost = ledger.usage.cost, cost >= most * Self.costWrapUp else { return }
        wrapUp = max(wrapUp, .due)
    }

    /// Tells the customer between two answers, and has it speak when nobody else does.
    mutating func wrapUpInTime() {
        guard phase == .talking, upstream.isReady else { return }
        if let most = plan.limits.cost, let cost = ledger.usage.cost, cost >= most, isBetweenTurns {
            return finish(.costLimit)
        }
        if wrapUp == .due, !response.isRunning {
            wrapUp = .told
            command(.createItem(.system(id: "time_1", text: RealtimePrompt.wrapUp)))
        }
        if wrapUp == .told, isBetweenTurns, !isAnswerOwed {
            wrapUp = .done
            requestResponse()
        }
    }
}
