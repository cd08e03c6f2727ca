import Domain

/// How the customer takes it that nobody speaks: a first reaction, a second one, and then they leave.
struct Silence {
    enum Step: Hashable, Sendable { case first, again, leave }

    enum Next: Equatable {
        case react(Step, itemId: String)
        /// The customer was asked to leave, and the session still goes on.
        case end
        case wait(Duration)
    }

    /// Who types is slower than who speaks.
    private static let typingFactor = 3
    /// From the goodbye to the end of a session that the customer did not end, in milliseconds.
    private static let farewellMs = 5_000
    /// How long to wait for the end of what keeps the customer from speaking, in milliseconds.
    private static let pollMs = 1_000

    private let patience: Persona.Silence?
    /// When somebody was last heard, or did something.
    private var since = SessionTime.zero
    /// Reactions in this silence.
    private var reactions = 0
    /// Reactions in this session.
    private var items = 0
    private var isTyped = false

    init(_ patience: Persona.Silence?) {
        self.patience = patience
    }

    /// Whether the persona has a way of its own to take silence.
    var isWatched: Bool { patience != nil }

    func watch(_ effects: inout Effects) {
        if let patience { effects.start(.silence, after: .seconds(patience.first)) }
    }

    /// The trainee speaks or does something.
    mutating func touch(at now: SessionTime) {
        since = now
        reactions = 0
    }

    /// - Parameter isTyped: the trainee typed their last turn.
    mutating func traineeSpoke(isTyped: Bool) {
        self.isTyped = isTyped
    }

    /// - Parameters:
    ///   - isSilent: nobody speaks, and the trainee could.
    ///   - playbackEnd: when the customer stops being heard.
    ///   - mayReact: whether the customer could speak now.
    mutating func consider(isSilent: Bool, playbackEnd: SessionTime, mayReact: Bool, at now: SessionTime) -> Next {
        guard let patience else { return .wait(.seconds(60)) }
        since = isSilent ? max(since, min(playbackEnd, now)) : now
        let steps: [(step: Step, seconds: Int)] = [
            (.first, patience.first), (.again, patience.again), (.leave, patience.leave),
        ]
        let factor = isTyped ? Self.typingFactor : 1
        let next = steps.dropFirst(reactions).first
        let left = (next.map { $0.seconds * 1_000 * factor } ?? Self.farewellMs) - (now - since)
        guard left <= 0 else { return .wait(.milliseconds(left)) }
        guard mayReact else { return .wait(.milliseconds(Self.pollMs)) }
        guard let next else { return .end }
        reactions += 1
        items += 1
        return .react(next.step, itemId: "silence_\(items)")
    }

    func lookAgain(after wait: Duration, _ effects: inout Effects) {
        effects.start(.silence, after: wait)
    }
}
