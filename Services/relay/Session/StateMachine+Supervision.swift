import Domain
import Wire

extension LiveSession.StateMachine {
    mutating func openSupervision() {
        isSupervised = true
        isVerdictExpected = false
        let heard = transcript.utterances.filter { utterance in
            // Words that are still being spoken come when they have been heard.
            !unsettledSpeeches.contains { transcript.said($0)?.utteranceId == utterance.utteranceId }
        }
        let unjudged = heard.filter { !supervision.judged.contains($0.utteranceId) }
        act(
            .supervise(
                .open(
                    SupervisorMessage.Snapshot(
                        sessionId: plan.sessionId, safetyIdentifier: plan.safetyIdentifier, persona: plan.persona,
                        scenario: plan.scenario, transcript: heard,
                        unjudged: unjudged.map(\.utteranceId),
                        events: plan.earlierEvents + ledger.events.filter(\.isFromClient),
                        findings: ledger.findings.map(\.asFound), attitude: supervision.attitude,
                        evalSeq: supervision.evalSeq,
                        sessionTime: now.seconds, sessionDate: plan.sessionDate, startedAt: plan.startedAt,
                        rules: plan.rules))))
        if unjudged.contains(where: { $0.speaker == .avatar }) { expectVerdict() }
    }

    /// The customer has spoken, and the trainee before: within some seconds the worker says what it makes of that, or why it
    /// cannot.
    mutating func expectVerdict() {
        guard isSupervised, !isVerdictExpected, transcript.utterances.contains(where: { $0.speaker == .trainee })
        else { return }
        isVerdictExpected = true
        act(.start(.verdict, after: plan.limits.verdict))
    }

    private mutating func workerAnswered() {
        guard isVerdictExpected else { return }
        isVerdictExpected = false
        act(.stop(.verdict))
    }

    mutating func supervise(_ message: SupervisorMessage) {
        if isSupervised { act(.supervise(message)) }
    }

    mutating func take(_ verdict: Verdict) {
        workerAnswered()
        guard supervision.take(verdict, said: transcript.utterances.map(\.utteranceId)) else { return }
        let (attitude, direction) = (supervision.attitude, supervision.direction)
        let guidance = Self.clean(verdict.guidance)
        record(.supervisorLog(SupervisorLog(time: now.seconds, evalSeq: verdict.evalSeq, verdict: verdict)))
        record(.attitude(AttitudePoint(time: now.seconds, value: attitude, direction: direction)))
        record(
            .event(
                SessionEvent(
                    time: now.seconds, type: .supervisor,
                    data: [
                        "attitude": .integer(Int64(attitude)), "direction": .string(direction.rawValue),
                        "guidance": .string(guidance),
                    ])))
        tell { .attitude(.init(seq: $0, value: attitude, direction: direction)) }
        if verdict.shouldEnd, let outcome = verdict.outcome {
            record(.outcomeClaim(OutcomeClaim(source: .supervisor, outcome: outcome, time: now.seconds)))
        }
        rememberState(guidance)
        stateToInject = lastState
    }

    mutating func rememberState(_ guidance: String) {
        lastState = RealtimePrompt.state(
            attitude: supervision.attitude, direction: supervision.direction, guidance: Self.clean(guidance))
    }

    mutating func takeFailure(of evalSeq: Int, _ code: String) {
        workerAnswered()
        guard supervision.takeFailure(of: evalSeq) else { return }
        record(.supervisorLog(SupervisorLog(time: now.seconds, evalSeq: evalSeq, verdict: nil, error: code)))
    }

    mutating func take(_ finding: Finding) {
        let earlier = ledger.findings.first { $0.findingId == finding.findingId }
        var finding = finding
        finding.wasTold = earlier?.wasTold
        guard earlier != finding else { return }
        let isNews = finding.isNews(after: earlier)
        if isNews { finding.wasTold = true }
        record(.finding(finding))
        guard isNews else { return }
        if finding.rule == "forbidden_word", finding.status == .violated {
            record(
                .event(
                    SessionEvent(
                        time: finding.time, type: .error,
                        data: [
                            "errorType": "forbidden_word", "word": .string(finding.evidence.text ?? finding.message),
                        ])))
        }
        tell { .compliance(.init(seq: $0, finding: finding)) }
    }

    /// Puts the state into the conversation between two answers, in place of the last one. It never starts an answer.
    mutating func injectState() {
        guard let state = stateToInject, phase == .talking, upstream.isReady, !response.isRunning else { return }
        stateToInject = nil
        if let injectedItem { command(.deleteItem(id: injectedItem)) }
        injectedStates += 1
        let item = "sup_\(injectedStates)"
        command(.createItem(.system(id: item, text: state)))
        injectedItem = item
    }

    /// One line of at most 300 characters. It was written by a model, so it is not taken for harmless.
    private static func clean(_ guidance: String) -> String {
        String(guidance.map { $0.isNewline || $0.isWhitespace ? " " : $0 }.prefix(300))
    }
}
