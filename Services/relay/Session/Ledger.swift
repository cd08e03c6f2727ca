import Domain

/// Every fact of a session in the order it was recorded, and which client events are among them.
struct Ledger {
    private(set) var facts: [RecordedFact] = []
    private(set) var eventIds: Set<String> = []
    private(set) var clientEvents = 0
    private(set) var findings: [Finding] = []
    private(set) var events: [SessionEvent] = []
    private(set) var usage = TokenUsage()

    mutating func add(_ content: RecordedFact.Content, at time: SessionTime) -> RecordedFact {
        let fact = RecordedFact(seq: facts.count + 1, time: time.seconds, content: content)
        facts.append(fact)
        switch content {
        case .event(let event):
            events.append(event)
            if let eventId = event.eventId { eventIds.insert(eventId) }
            if EventType.fromClients.contains(event.type) { clientEvents += 1 }
        case .finding(let finding): findings.append(finding)
        case .usage(let total): usage = total
        case .utterance, .attitude, .supervisorLog, .outcomeClaim, .phase: break
        }
        return fact
    }
}
