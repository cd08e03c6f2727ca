import Domain

/// What the facts of another process say about where the session stands.
struct RestoredProgress {
    private var attitude: Int
    private var direction = Attitude.Direction.steady
    private var evalSeq = 0
    private var said: Set<String> = []
    private var judged: Set<String> = []
    private var guidance = ""
    private var findings: [String: Finding] = [:]
    private var agreedEnd: RecordedFact.AgreedEnd?
    private var wasEnding = false
    /// When the last hint was shown.
    private(set) var lastHint: SessionTime?
    /// What the customer saw happen.
    private(set) var scenes: [SceneNote] = []
    private(set) var notes = CustomerNotes()
    private var steps: [SalesStepResult]?
    private var ledger: TalkLedger?

    init(initialAttitude: Int) {
        attitude = initialAttitude
    }

    /// Why the session is over, if its end had begun.
    var end: EndReason? { agreedEnd.map { EndReason($0) } ?? (wasEnding ? EndReason(.relayLost) : nil) }

    var supervision: Supervision {
        var supervision = Supervision(attitude: attitude, direction: direction, evalSeq: evalSeq, judged: judged)
        supervision.remember(steps, ledger)
        if evalSeq > 0 { supervision.rememberState(guidance) }
        return supervision
    }

    /// - Returns: the numbered messages that the client was sent for this fact.
    mutating func take(_ content: RecordedFact.Content) -> [(Int) -> ServerMessage] {
        switch content {
        case .utterance(let utterance):
            let isNew = said.insert(utterance.utteranceId).inserted
            // He was told before he spoke.
            if isNew, utterance.speaker == .avatar { notes.answered() }
            return [{ .transcript(.init(seq: $0, utterance: utterance)) }]
        case .attitude(let point):
            (attitude, direction) = (point.value, point.direction)
            return [{ .attitude(.init(seq: $0, value: point.value, direction: point.direction)) }]
        case .finding(let finding):
            let earlier = findings.updateValue(finding, forKey: finding.findingId)
            if finding.status == .dismissed { notes.withdraw(finding.findingId) }
            return finding.isNews(after: earlier) ? [{ .compliance(.init(seq: $0, finding: finding)) }] : []
        case .supervisorLog(let log):
            evalSeq = max(evalSeq, log.evalSeq)
            guidance = log.verdict?.guidance ?? guidance
            steps = log.verdict?.salesSteps ?? steps
            ledger = log.verdict?.ledger ?? ledger
            // A verdict that names no utterances covers all of them.
            if let verdict = log.verdict { judged.formUnion(verdict.judged ?? Array(said)) }
        case .phase(let phase): wasEnding = [.ending, .ended, .scored, .filed].contains(phase)
        case .event(let event): take(event)
        case .outcomeClaim, .usage, .draft: break
        case .end(let end):
            agreedEnd = end
            // The client was sent the error before the end, with a number of its own.
            if case .upstream(let code) = EndTrigger(rawValue: end.endTrigger) {
                return [{ .upstreamFailed(seq: $0, code: code) }]
            }
        }
        return []
    }

    private mutating func take(_ event: SessionEvent) {
        if event.hint != nil { lastHint = SessionTime(seconds: event.time) }
        if let scene = event.scene { scenes.append(scene) }
        let isNews =
            event.heardClaim.map { notes.hear($0) } ?? event.roleLapse.map { notes.take($0) } ?? false
        // The next words of the customer show that he was told.
        if isNews { _ = notes.tell() }
    }
}

extension ServerMessage {
    static func upstreamFailed(seq: Int, code: String) -> ServerMessage {
        .error(
            seq: seq, code: .upstreamFailed, message: "The voice service has ended the conversation (\(code)).",
            fatal: true, retryAfterMs: nil)
    }
}
