import Domain

/// The supervisor's part in a session: whether a worker follows it, what it owes, and the customer's state that goes
/// into the conversation.
struct Supervision {
    /// Characters of a verdict's guidance.
    private static let longestGuidance = 300

    private var evaluations: Evaluations
    private var hasWorker = false
    private var owesVerdict = false
    private var memory = Memory()
    private var state = State()

    /// What the next worker needs to know of the last verdict.
    private struct Memory {
        var steps: [SalesStepResult]?
        var ledger: TalkLedger?
    }

    /// What the customer is told of how he feels.
    private struct State {
        /// The latest guidance; nil before the first verdict.
        var guidance: String?
        /// It must be injected as soon as no answer is under way.
        var isDue = false
        var injected = 0
        /// The item that the current upstream connection holds.
        var item: String?
    }

    init(attitude: Int, direction: Attitude.Direction = .steady, evalSeq: Int = 0, judged: Set<String> = []) {
        evaluations = Evaluations(attitude: attitude, direction: direction, evalSeq: evalSeq, judged: judged)
    }

    var attitude: Int { evaluations.attitude }
    var direction: Attitude.Direction { evaluations.direction }
    var evalSeq: Int { evaluations.evalSeq }
    /// Two evaluations in a row want the session to end with this outcome.
    var agreedOutcome: Outcome? { evaluations.agreedOutcome }
    var isWaitingToInject: Bool { state.isDue }
    /// A worker follows the session.
    var isSupervised: Bool { hasWorker }

    // MARK: The worker

    /// Opens the session at a worker, with everything that happened so far.
    ///
    /// - Parameter transcript: what was heard.
    mutating func open(
        _ transcript: [Utterance], events: [SessionEvent], findings: [Finding], at now: SessionTime,
        verdictWithin limit: Duration, isTraineeHeard: Bool, _ effects: inout Effects
    ) {
        hasWorker = true
        owesVerdict = false
        let unjudged = transcript.filter { !evaluations.judged.contains($0.utteranceId) }
        send(
            .open(
                SupervisionRequest.Snapshot(
                    transcript: transcript, unjudged: unjudged.map(\.utteranceId), events: events, findings: findings,
                    attitude: attitude, evalSeq: evalSeq, salesSteps: memory.steps, ledger: memory.ledger, time: now)),
            &effects)
        if isTraineeHeard, unjudged.contains(where: { $0.speaker == .avatar }) {
            expectVerdict(within: limit, &effects)
        }
    }

    /// Sends something to the worker, if there is one.
    func send(_ request: SupervisionRequest, _ effects: inout Effects) {
        if hasWorker { effects.performOnceRecorded(.supervise(request)) }
    }

    mutating func loseWorker(_ effects: inout Effects) {
        hasWorker = false
        effects.stop(.verdict)
    }

    mutating func close(_ effects: inout Effects) {
        send(.close, &effects)
        hasWorker = false
    }

    /// The customer has spoken, and the trainee before: the worker must evaluate that in time, or say why it cannot.
    mutating func expectVerdict(within limit: Duration, _ effects: inout Effects) {
        guard hasWorker, !owesVerdict else { return }
        owesVerdict = true
        effects.start(.verdict, after: limit)
    }

    private mutating func workerAnswered(_ effects: inout Effects) {
        guard owesVerdict else { return }
        owesVerdict = false
        effects.stop(.verdict)
    }

    // MARK: Its evaluations

    /// - Parameter said: ids of all utterances.
    /// - Returns: the guidance in one line, and whether the ledger has changed; nil when the verdict is not newer than
    ///   the last one.
    mutating func take(
        _ verdict: Verdict, said: [String], _ effects: inout Effects
    ) -> (guidance: String, ledgerIsNew: Bool)? {
        workerAnswered(&effects)
        guard evaluations.take(verdict, said: said) else { return nil }
        let ledgerIsNew = verdict.ledger != nil && verdict.ledger != memory.ledger
        remember(verdict.salesSteps, verdict.ledger)
        return (Self.clean(verdict.guidance), ledgerIsNew)
    }

    /// Keeps what the next worker needs to know of a verdict.
    mutating func remember(_ steps: [SalesStepResult]?, _ ledger: TalkLedger?) {
        if let steps, !steps.isEmpty { memory.steps = steps }
        memory.ledger = ledger ?? memory.ledger
    }

    /// - Returns: false when the evaluation is not newer than the last one.
    mutating func takeFailure(of evalSeq: Int, _ effects: inout Effects) -> Bool {
        workerAnswered(&effects)
        return evaluations.takeFailure(of: evalSeq)
    }

    // MARK: The state in the conversation

    mutating func rememberState(_ guidance: String) {
        state.guidance = Self.clean(guidance)
    }

    /// Queues the last state for injection.
    mutating func queueState() {
        if state.guidance != nil { state.isDue = true }
    }

    /// - Returns: the item to delete, the item to create, and its text; nil when there is nothing to inject.
    mutating func takeState(of persona: Persona) -> (old: String?, new: String, text: String)? {
        guard state.isDue, let guidance = state.guidance else { return nil }
        state.isDue = false
        state.injected += 1
        let item = "sup_\(state.injected)"
        defer { state.item = item }
        let text = RealtimePrompt.state(of: persona, attitude: attitude, direction: direction, guidance: guidance)
        return (state.item, item, text)
    }

    /// A new upstream connection holds no state item.
    mutating func restart() {
        state.item = nil
    }

    /// One line of at most 300 characters. A model wrote it, so it is not trusted.
    private static func clean(_ guidance: String) -> String {
        let bounded = guidance.beginning(bytes: 4 * longestGuidance)
        return String(bounded.map { $0.isNewline || $0.isWhitespace ? " " : $0 }.prefix(longestGuidance))
    }
}
