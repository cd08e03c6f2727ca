import Domain

/// One session: what may happen when, and what follows from it. It takes inputs and returns effects. It uses no socket,
/// no file and no clock but the time that it is given.
///
/// `waiting ⇄ live (connecting → talking ⇄ suspended → ending) → ended`; a session may also end, or be handed over,
/// before a client has come.
///
/// Nine parts, and the hints, the notes, the early sales, the silence and the opening, each keep their own state. They
/// meet in the table (`Conversation+Table`) and in the flows that its rows call (`Flows/`); no part knows another.
package struct Conversation {
    enum Phase: Hashable {
        /// No client yet, or OpenAI could not be reached for the last one.
        case waiting
        case live(Live)
        /// The connections are closed; the session is being stored and scored.
        case ended
    }

    /// The session has begun. One that ends or is handed over before its first client enters `.ending` or `.suspended`
    /// directly.
    enum Live: Hashable {
        /// A client is connected; OpenAI has not confirmed `session.update`.
        case connecting
        case talking
        /// The client is gone and may come back; the upstream connection stays open.
        case suspended
        /// The last words play, and the last transcripts come in.
        case ending
    }

    package let plan: SessionPlan
    var phase = Phase.waiting
    var now = SessionTime.zero
    /// What the input that is being handled has led to so far.
    var effects = Effects()

    var client = Client()
    var customer = Customer()
    var trainee = Trainee()
    var upstream: Upstream
    var record: Record
    var supervision: Supervision
    var hints: Hints
    var notes = CustomerNotes()
    var earlySales = EarlySales()
    var limits: Limits
    var silence: Silence
    var scene: Scene
    var opening: Opening
    var ending = Ending()

    /// A session that begins, or, if the plan has facts, one that another process left.
    package init(plan: SessionPlan) {
        self.plan = plan
        upstream = Upstream(settings: plan.settings)
        record = Record(plan.facts, earlier: plan.earlierEvents)
        supervision = Supervision(attitude: plan.persona.initialAttitude)
        hints = Hints(isOn: plan.hints)
        limits = Limits(plan.limits)
        silence = Silence(plan.persona.silence)
        scene = Scene(clocks: plan.scenario.clocks ?? [])
        opening = Opening(plan.scenario.opening)
        if !plan.facts.isEmpty { restore() }
    }

    /// Whether events are still recorded here; afterwards they belong to the store.
    package var takesEvents: Bool { phase != .ended && !isHandedOver }

    /// Another process takes the session over; this one only waits for its disk.
    package var isHandedOver: Bool { phase == .live(.suspended) && ending.isConcluded }

    var isTalking: Bool { phase == .live(.talking) }

    /// Neither side speaks, and no answer is about to begin.
    var isBetweenTurns: Bool {
        let patience = plan.limits.unansweredTurn.milliseconds
        let answerIsDue = trainee.answerDueSince.map { now - $0 < patience } ?? false
        return !upstream.isAnswering && !upstream.isRetryDue && !answerIsDue && !trainee.isSpeaking
            && !customer.isPlaying(at: now)
    }

    /// No answer is under way, and the server is not about to begin one by itself: an item that is created now does not
    /// come to lie inside an answer.
    var isBetweenAnswers: Bool {
        let answerIsDue = trainee.answerDueSince.map { now - $0 < Self.answerDelayMs } ?? false
        return upstream.isReady && !upstream.isAnswering && !answerIsDue
    }

    /// A server that answers a turn by itself has begun by then, in milliseconds.
    private static let answerDelayMs = 1_000

    /// Restores a session where another process left it. The numbered messages follow from the facts, in the same order
    /// and with the same words, so that a client can resume as if nothing had happened.
    private mutating func restore() {
        now = plan.elapsed
        var progress = RestoredProgress(initialAttitude: plan.persona.initialAttitude)
        for fact in plan.facts {
            for make in progress.take(fact.content) { client.restore(make) }
        }
        supervision = progress.supervision
        hints = Hints(isOn: plan.hints, lastShown: progress.lastHint)
        scene = Scene(clocks: plan.scenario.clocks ?? [], notes: progress.scenes)
        notes = progress.notes
        ending = Ending(foundOver: progress.end)
        limits.considerCost(record.usage.cost)
        // Idle time counts from here, so that a client that never returns is noticed.
        touch()
    }
}

extension Conversation {
    // MARK: What every flow needs

    mutating func write(_ content: RecordedFact.Content) {
        record.add(content, at: now, &effects)
    }

    mutating func send(_ message: ServerMessage) {
        client.send(message, &effects)
    }

    mutating func sendNumbered(_ make: (Int) -> ServerMessage) {
        client.sendNumbered(&effects, make)
    }

    mutating func command(_ command: RealtimeCommand) {
        upstream.send(command, &effects)
    }

    mutating func supervise(_ request: SupervisionRequest) {
        supervision.send(request, &effects)
    }

    mutating func touch() {
        limits.touch(at: now)
        silence.touch(at: now)
    }

    /// The persona's own way to take silence applies. A trainee who has muted the microphone is not silent, but away.
    var countsSilence: Bool { silence.isWatched && isTalking && !trainee.isMuted }

    /// Sends an utterance that is new or changed to the client; the trainee's to the supervisor as well.
    mutating func publish(_ utterance: Utterance) {
        sendNumbered { .transcript(.init(seq: $0, utterance: utterance)) }
        if utterance.speaker == .trainee {
            touch()
            earlySales.traineeSpoke()
            supervise(.utterance(utterance))
        }
    }

    mutating func log(_ level: Effects.Note.Level, _ text: String, _ details: [String: String] = [:]) {
        effects.perform(.log(Effects.Note(level: level, text: text, details: details)))
    }

    mutating func enter(_ next: Phase) {
        guard phase != next else { return }
        phase = next
        let recorded: SessionPhase =
            switch next {
            case .waiting: .waiting
            case .live(.connecting): .connecting
            case .live(.talking): .talking
            case .live(.suspended): .suspended
            case .live(.ending): .ending
            case .ended: .ended
            }
        write(.phase(recorded))
    }
}
