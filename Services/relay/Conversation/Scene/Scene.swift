import Domain

/// What happens around the customer, in VR and by the scenario's clocks: told once to each upstream connection, between
/// two answers, and answered by the customer if nobody speaks.
struct Scene {
    /// From what happens to the customer's answer, if nobody speaks: 2.0 to 2.5 s, with a margin on both sides.
    static let patienceMs = 2_150
    /// What a client may report to the customer in a session; more than any trainee does in half an hour.
    static let mostSights = 60
    /// How long to wait for the end of what keeps the customer from speaking, in milliseconds.
    static let pollMs = 500
    /// The same again within this time, in milliseconds, is one thing.
    private static let repetitionMs = 30_000

    private let clocks: [Scenario.Clock]
    /// In the order of time.
    private var notes: [SceneNote]
    /// How many of them came from the client.
    private var sights = 0
    /// How many of them the current upstream connection was told.
    private var told = 0
    private var items = 0
    /// The customer must say something to the last note, if nobody speaks.
    private var awaitsAnswer = false

    /// - Parameter notes: what another process recorded, in order.
    init(clocks: [Scenario.Clock], notes: [SceneNote] = []) {
        self.clocks = clocks
        self.notes = notes
        sights = notes.count { $0.source.hasPrefix(Self.eventMark) }
    }

    // A client chooses the ids of its events, and none may look like a clock.
    private static let eventMark = "event:"
    private static func source(_ eventId: String) -> String { eventMark + eventId }
    private static func source(_ clock: Scenario.Clock) -> String { "clock:\(clock.atSeconds)" }

    // MARK: What happens

    /// - Returns: the note to record; nil if the customer learns nothing new from it.
    mutating func see(
        _ sight: SceneSight, in event: String, at now: SessionTime, _ effects: inout Effects
    ) -> SceneNote? {
        let isRepetition = notes.last.map {
            $0.sight.text == sight.text && now.seconds - $0.time < Double(Self.repetitionMs) / 1_000
        }
        guard isRepetition != true, sights < Self.mostSights,
            !notes.contains(where: { $0.source == Self.source(event) })
        else { return nil }
        sights += 1
        return add(SceneNote(time: now.seconds, sight: sight, source: Self.source(event)), &effects)
    }

    private mutating func add(_ note: SceneNote, _ effects: inout Effects) -> SceneNote {
        notes.append(note)
        if !note.sight.isSilent, !awaitsAnswer {
            awaitsAnswer = true
            lookAgain(after: Self.patienceMs, &effects)
        }
        return note
    }

    // MARK: Clocks

    /// Waits for the next clock.
    func startClock(at now: SessionTime, _ effects: inout Effects) {
        guard let next = clocks.first(where: { !hasStruck($0) }) else { return }
        effects.start(.clock, after: .milliseconds(max(0, next.atSeconds * 1_000 - now.milliseconds)))
    }

    /// - Returns: the notes to record, for the clocks that are due.
    mutating func strike(at now: SessionTime, _ effects: inout Effects) -> [SceneNote] {
        let due = clocks.filter { $0.atSeconds * 1_000 <= now.milliseconds && !hasStruck($0) }
        let struck = due.map { clock in
            add(SceneNote(time: now.seconds, sight: SceneSight(clock.says), source: Self.source(clock)), &effects)
        }
        startClock(at: now, &effects)
        return struck
    }

    private func hasStruck(_ clock: Scenario.Clock) -> Bool { notes.contains { $0.source == Self.source(clock) } }

    // MARK: Telling

    var isWaitingToTell: Bool { told < notes.count }

    /// What the connection has not been told yet, with the ids of its items.
    mutating func takeUntold() -> [(itemId: String, text: String)] {
        defer { told = notes.count }
        return notes.dropFirst(told).map { note in
            items += 1
            return ("scene_\(items)", note.sight.text)
        }
    }

    /// A new upstream connection was told nothing.
    mutating func restart() {
        told = 0
    }

    /// All notes, for a connection that is sent the conversation so far.
    mutating func takeAll() -> [SceneNote] {
        told = notes.count
        return notes
    }

    // MARK: The answer

    var isAnswerDue: Bool { awaitsAnswer }

    /// The customer speaks, and knows everything that was told.
    mutating func answerBegan() {
        if !isWaitingToTell { awaitsAnswer = false }
    }

    /// It is asked for, or not needed any more.
    mutating func answerIsRequested() {
        awaitsAnswer = false
    }

    func lookAgain(after ms: Int, _ effects: inout Effects) {
        effects.start(.scene, after: .milliseconds(ms))
    }

    /// Whether the last note is later than what was said last, so that nobody has answered it.
    ///
    /// - Parameter lastWords: when the last utterance began, in seconds since the session began.
    func isUnanswered(since lastWords: Double) -> Bool {
        notes.last { !$0.sight.isSilent }.map { $0.time > lastWords } ?? false
    }
}
