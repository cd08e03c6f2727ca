import Domain

/// What is recorded of a session: its facts in order, and the transcript in the order of the conversation.
struct Record {
    private var ledger: Ledger
    private var transcript: TranscriptRecorder
    private var isInMemoryOnly = false

    /// - Parameters:
    ///   - facts: what another process recorded, in order.
    ///   - earlier: events from before the start.
    init(_ facts: [RecordedFact], earlier: [SessionEvent]) {
        ledger = Ledger(facts, earlier: earlier)
        transcript = TranscriptRecorder(earlier: ledger.utterances)
    }

    // MARK: Facts

    mutating func add(_ content: RecordedFact.Content, at now: SessionTime, _ effects: inout Effects) {
        effects.record(ledger.add(content, at: now))
    }

    mutating func system(_ what: String, at now: SessionTime, _ effects: inout Effects) {
        add(.event(SessionEvent(time: now.seconds, type: .system, data: .string(what))), at: now, &effects)
    }

    /// A system event that a session has once.
    mutating func systemOnce(_ what: String, at now: SessionTime, _ effects: inout Effects) {
        if !ledger.hasSystemEvent(what) { system(what, at: now, &effects) }
    }

    var facts: [RecordedFact] { ledger.facts }
    var hasFacts: Bool { !ledger.facts.isEmpty }
    /// When the last fact was recorded, in seconds since the session began.
    var lastTime: Double { ledger.lastTime }
    var hasAttitude: Bool { ledger.hasAttitude }
    var usage: TokenUsage { ledger.usage }
    var findings: [Finding] { ledger.findings }
    var events: [SessionEvent] { ledger.events }
    var clientEvents: (count: Int, bytes: Int) { (ledger.clientEvents, ledger.clientEventBytes) }
    /// Utterances of the trainee, spoken and typed, and the bytes of their words.
    var traineeWords: (lines: Int, bytes: Int) { ledger.traineeWords }
    /// The number of evaluations that were recorded.
    var supervisorLogs: Int { ledger.supervisorLogs }

    func event(_ id: String) -> SessionEvent? { ledger.event(id) }

    /// The disk began to refuse facts.
    ///
    /// - Returns: whether this is news.
    mutating func stayInMemory() -> Bool {
        defer { isInMemoryOnly = true }
        return !isInMemoryOnly
    }

    mutating func isDurableAgain() {
        isInMemoryOnly = false
    }

    // MARK: Drafts

    /// Utterances that were begun and not settled, in order of their start.
    var drafts: [RecordedFact.Draft] {
        ledger.drafts.values.sorted { $0.utterance.startTime < $1.utterance.startTime }
    }

    /// Records a draft of the customer's utterance that is being heard.
    mutating func draft(
        _ id: String, text: String, from start: SessionTime, to end: SessionTime, receivedMs: Int, at now: SessionTime,
        _ effects: inout Effects
    ) {
        guard let utteranceId = transcript.utteranceId(of: id) else { return }
        let utterance = Utterance(
            utteranceId: utteranceId, startTime: start.seconds, endTime: end.seconds, speaker: .avatar, text: text)
        add(.draft(RecordedFact.Draft(utterance: utterance, itemId: id, soundMs: receivedMs)), at: now, &effects)
    }

    /// Records a draft of a sentence of the trainee whose words are still to come.
    private mutating func draftSentence(_ id: String, at now: SessionTime, _ effects: inout Effects) {
        guard let utteranceId = transcript.utteranceId(of: id), transcript.said(id) == nil else { return }
        let (start, end) = transcript.times(of: id)
        let utterance = Utterance(
            utteranceId: utteranceId, startTime: (start ?? end ?? now).seconds, endTime: (end ?? now).seconds,
            speaker: .trainee, text: "")
        add(.draft(RecordedFact.Draft(utterance: utterance, itemId: id, soundMs: 0)), at: now, &effects)
    }

    /// The draft led to no utterance.
    mutating func withdrawDraft(of id: String, at now: SessionTime, _ effects: inout Effects) {
        guard let utteranceId = transcript.utteranceId(of: id), var draft = ledger.drafts[utteranceId] else { return }
        draft.isWithdrawn = true
        add(.draft(draft), at: now, &effects)
    }

    /// Takes over an utterance that another process began, with its number.
    mutating func takeUp(_ draft: RecordedFact.Draft) {
        transcript.takeUp(draft.itemId, draft.utterance)
    }

    // MARK: Items

    /// A new upstream connection knows none of the items of the last one, and may give their ids to others.
    ///
    /// - Parameter kept: ids that are still in use.
    /// - Returns: the new names of sentences whose words are still to come, by their ids.
    mutating func restart(keeping kept: [String]) -> [String: String] {
        transcript.restart(keeping: kept)
    }

    mutating func place(_ id: String, after predecessor: RealtimeEvent.Predecessor) {
        transcript.place(id, after: predecessor)
    }

    /// An item that the customer speaks.
    mutating func open(_ id: String) {
        transcript.open(id, by: .avatar)
    }

    /// The next item with this id is another one.
    mutating func giveUp(_ id: String) {
        transcript.giveUp(id)
    }

    func knows(_ id: String) -> Bool { transcript.speaker(of: id) != nil }

    mutating func speechStarted(_ id: String, at time: SessionTime) {
        transcript.speechStarted(id, at: time)
    }

    mutating func speechStopped(_ id: String, at time: SessionTime) {
        transcript.speechStopped(id, at: time)
    }

    /// What the trainee said became an item; its words are still to come.
    mutating func openSentence(_ id: String, at now: SessionTime, _ effects: inout Effects) {
        transcript.open(id, by: .trainee)
        draftSentence(id, at: now, &effects)
    }

    // MARK: Utterances

    /// The customer's utterance, new or changed.
    ///
    /// - Returns: nil when there are no words or nothing has changed.
    mutating func say(
        _ id: String, _ text: String, from start: SessionTime, to end: SessionTime, interrupted: Bool,
        at now: SessionTime, _ effects: inout Effects
    ) -> Utterance? {
        guard let utterance = transcript.say(id, text, from: start, to: end, interrupted: interrupted) else {
            return nil
        }
        add(.utterance(utterance), at: now, &effects)
        return utterance
    }

    /// The trainee's utterance.
    ///
    /// - Parameters:
    ///   - time: used where the times are unknown.
    ///   - now: when this is recorded; nil for `time`.
    /// - Returns: nil when nothing was said after all, or when the words are known already.
    mutating func transcribe(
        _ id: String, _ text: String, unsureWords: [String] = [], at time: SessionTime,
        recordedAt now: SessionTime? = nil,
        _ effects: inout Effects
    ) -> Utterance? {
        guard let utterance = transcript.transcribed(id, text, unsureWords: unsureWords, at: time) else { return nil }
        add(.utterance(utterance), at: now ?? time, &effects)
        return utterance
    }

    func said(_ id: String) -> Utterance? { transcript.said(id) }

    /// When the speaker of an item began; nil if that is unknown.
    func began(_ id: String) -> SessionTime? { transcript.times(of: id).start }

    /// Sentences of the trainee whose words are still to come, in order.
    var awaitingWords: [String] { transcript.awaitingWords }

    /// All utterances in the order of the conversation.
    var utterances: [Utterance] { transcript.utterances }

    /// All utterances in the order of the conversation, including those that have no words yet.
    var conversation: [(id: String?, speaker: Speaker, said: Utterance?, awaitsWords: Bool)] { transcript.conversation }

    /// Whether nothing was said yet.
    var isSilent: Bool { ledger.utterances.isEmpty }
}
