import Domain

extension LiveSession.StateMachine {
    /// Takes up a session where another process has left it. The numbered messages follow from the facts, in the same order
    /// and with the same words, so that a client can resume as if nothing had happened.
    mutating func restore() {
        now = plan.elapsed
        ledger = Ledger(plan.facts, earlier: plan.earlierEvents)
        transcript = TranscriptRecorder(earlier: ledger.utterances)
        var attitude = plan.persona.initialAttitude
        var direction = Attitude.Direction.steady
        var evalSeq = 0
        var said: Set<String> = []
        var judged: Set<String> = []
        var guidance = ""
        var findings: [String: Finding] = [:]
        var statedEnd: RecordedFact.AgreedEnd?
        for fact in plan.facts {
            switch fact.content {
            case .utterance(let utterance):
                said.insert(utterance.utteranceId)
                _ = outbox.add { .transcript(.init(seq: $0, utterance: utterance)) }
            case .attitude(let point):
                (attitude, direction) = (point.value, point.direction)
                _ = outbox.add { .attitude(.init(seq: $0, value: point.value, direction: point.direction)) }
            case .finding(let finding):
                let earlier = findings.updateValue(finding, forKey: finding.findingId)
                guard finding.isNews(after: earlier) else { continue }
                _ = outbox.add { .compliance(.init(seq: $0, finding: finding)) }
            case .supervisorLog(let log):
                evalSeq = max(evalSeq, log.evalSeq)
                guidance = log.verdict?.guidance ?? guidance
                // One that does not say what it is about is about everything.
                if let verdict = log.verdict { judged.formUnion(verdict.judged ?? Array(said)) }
            case .phase(let phase): isOverSince = [.ending, .ended, .scored, .filed].contains(phase) ? .relayLost : nil
            case .event, .outcomeClaim, .usage, .draft: break
            case .end(let end):
                statedEnd = end
                // Was told in front of it, under a number of its own.
                if let code = end.upstreamCode { _ = outbox.add { Self.upstreamFailed($0, code) } }
            }
        }
        supervision = Supervision(attitude: attitude, direction: direction, evalSeq: evalSeq, judged: judged)
        if evalSeq > 0 { rememberState(guidance) }
        if let statedEnd { isOverSince = .stated(statedEnd) }
        considerCost()
        // A client that is gone for good is noticed from here on.
        touch()
    }
}

extension RecordedFact.AgreedEnd {
    /// The code of a fatal error upstream, where that was the end.
    fileprivate var upstreamCode: String? {
        let prefix = EndOfSession.Trigger.upstream(code: "").text
        return endTrigger.hasPrefix(prefix) ? String(endTrigger.dropFirst(prefix.count)) : nil
    }
}
