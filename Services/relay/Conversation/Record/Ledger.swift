import Domain

/// Every fact of a session in the order it was recorded, and which client events are among them.
struct Ledger {
    private(set) var facts: [RecordedFact] = []
    /// Events that the client uploaded before the session began, by their ids; the store has them.
    private let earlier: [String: SessionEvent]
    /// Indices in `events`, by event id.
    private var eventIndices: [String: Int] = [:]
    /// Number of the client's events, from before the start as well.
    private(set) var clientEvents = 0
    /// Bytes of their data.
    private(set) var clientEventBytes = 0
    /// Utterances of the trainee, spoken and typed, and the bytes of their words.
    private(set) var traineeWords = (lines: 0, bytes: 0)
    private(set) var supervisorLogs = 0
    private(set) var findings: [Finding] = []
    private(set) var events: [SessionEvent] = []
    private(set) var usage = TokenUsage()
    /// Utterances that were begun and not settled, by their ids.
    private(set) var drafts: [String: RecordedFact.Draft] = [:]
    /// Whether an attitude was recorded; the first one is sent when the conversation begins.
    private(set) var hasAttitude = false

    /// - Parameters:
    ///   - facts: recorded by another process, in order.
    ///   - earlier: events from before the start.
    init(_ facts: [RecordedFact] = [], earlier: [SessionEvent] = []) {
        self.earlier = Dictionary(
            earlier.compactMap { event in event.eventId.map { ($0, event) } }, uniquingKeysWith: { first, _ in first })
        clientEvents = earlier.count
        clientEventBytes = earlier.reduce(0) { $0 + $1.data.weight }
        for fact in facts { take(fact) }
    }

    mutating func add(_ content: RecordedFact.Content, at time: SessionTime) -> RecordedFact {
        let fact = RecordedFact(seq: (facts.last?.seq ?? 0) + 1, time: time.seconds, content: content)
        take(fact)
        return fact
    }

    private mutating func take(_ fact: RecordedFact) {
        facts.append(fact)
        switch fact.content {
        case .event(let event):
            if let eventId = event.eventId { eventIndices[eventId] = events.count }
            events.append(event)
            if event.isFromClient {
                clientEvents += 1
                clientEventBytes += event.data.weight
            }
        case .finding(let finding): findings.put(finding)
        case .usage(let total): usage = total
        case .attitude: hasAttitude = true
        case .draft(let draft):
            drafts[draft.utterance.utteranceId] = draft.isWithdrawn == true ? nil : draft
        case .utterance(let utterance):
            drafts[utterance.utteranceId] = nil
            guard utterance.speaker == .trainee else { break }
            traineeWords.lines += 1
            traineeWords.bytes += utterance.text.utf8.count
        case .supervisorLog: supervisorLogs += 1
        case .outcomeClaim, .phase, .end: break
        }
    }

    /// The utterances after all changes, by start time.
    var utterances: [Utterance] {
        var latest: [String: Utterance] = [:]
        var order: [String] = []
        for case .utterance(let said) in facts.map(\.content) {
            if latest.updateValue(said, forKey: said.utteranceId) == nil { order.append(said.utteranceId) }
        }
        return order.compactMap { latest[$0] }.sorted { $0.startTime < $1.startTime }
    }

    /// The event with an id, from this session or from before its start.
    func event(_ id: String) -> SessionEvent? {
        guard let index = eventIndices[id], events.indices.contains(index) else { return earlier[id] }
        return events[index]
    }

    /// When the last fact was recorded, in seconds since the session began.
    var lastTime: Double { facts.last?.time ?? 0 }

    func hasSystemEvent(_ what: String) -> Bool {
        events.contains { $0.type == .system && $0.data == .string(what) }
    }
}
