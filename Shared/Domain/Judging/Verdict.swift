/// What the supervisor concluded from the conversation so far. Every value has passed our own checks; the model only
/// proposes.
public struct Verdict: Codable, Hashable, Sendable {
    /// Number of the evaluation in the session: 1, 2, 3, … A verdict that arrives after a newer one is dropped.
    public var evalSeq: Int
    public var attitude: Int
    public var direction: Attitude.Direction
    /// For the persona, at most 300 characters, without any words of the trainee.
    public var guidance: String
    public var salesSteps: [SalesStepResult]
    public var shouldEnd: Bool
    /// The supervisor's claim, present if `shouldEnd` is true.
    public var outcome: Outcome?
    public var model: String
    /// From the request to the checked answer.
    public var latencyMs: Int
    /// `injection_suspected`, `attitude_clamped`, …
    public var flags: [String]
    /// Ids of the utterances that it is about: those since the previous evaluation. Nil in records of earlier versions.
    public var judged: [String]?
    /// A line of advice for the trainee, in a session with hints. In a record: one that was shown.
    public var hint: String?
    /// What the supervisor keeps in mind; nil in records of earlier versions.
    public var ledger: TalkLedger?
    /// How the customer's latest words do not fit the role; nil if they do.
    public var lapse: RoleLapse?

    public init(
        evalSeq: Int, attitude: Int, direction: Attitude.Direction, guidance: String, salesSteps: [SalesStepResult],
        shouldEnd: Bool, outcome: Outcome?, model: String, latencyMs: Int, flags: [String] = [],
        judged: [String]? = nil,
        hint: String? = nil, ledger: TalkLedger? = nil, lapse: RoleLapse? = nil
    ) {
        self.evalSeq = evalSeq
        self.attitude = attitude
        self.direction = direction
        self.guidance = guidance
        self.salesSteps = salesSteps
        self.shouldEnd = shouldEnd
        self.outcome = outcome
        self.model = model
        self.latencyMs = latencyMs
        self.flags = flags
        self.judged = judged
        self.hint = hint
        self.ledger = ledger
        self.lapse = lapse
    }
}

extension Verdict {
    /// The longest name of a model that is kept, in bytes of UTF-8.
    public static let longestModelName = 80

    /// The verdict with every text and list cut to the length that a verdict can need. A model may send more.
    public var bounded: Verdict {
        var verdict = self
        verdict.model = CleanText.cleaned(model.beginning(bytes: Self.longestModelName))
        verdict.guidance = guidance.beginning(bytes: 1_200)
        verdict.flags = flags.prefix(16).map { $0.beginning(bytes: 64) }
        verdict.judged = judged?.prefix(2_000).map { $0.beginning(bytes: 16) }
        verdict.hint = Hint.text(hint)
        verdict.ledger = ledger?.bounded
        verdict.lapse?.utteranceId = (lapse?.utteranceId ?? "").beginning(bytes: 16)
        verdict.salesSteps = salesSteps.prefix(32).map { step in
            var step = step
            step.id = step.id.beginning(bytes: 64)
            step.evidence = step.evidence.prefix(5).map { $0.bounded }
            return step
        }
        return verdict
    }
}

/// One entry of `supervisorLogs`: a verdict, or why there was none.
public struct SupervisorLog: Codable, Hashable, Sendable {
    /// Seconds since the session began.
    public var time: Double
    public var evalSeq: Int
    public var verdict: Verdict?
    /// A stable code: `model_timeout`, `model_refused`, `invalid_answer`, `worker_lost`, …
    public var error: String?

    public init(time: Double, evalSeq: Int, verdict: Verdict?, error: String? = nil) {
        self.time = time
        self.evalSeq = evalSeq
        self.verdict = verdict
        self.error = error
    }
}
