import Domain

/// What the supervisor gets and what it says.
extension Conversation {
    mutating func openSupervision() {
        // Words that are still being spoken are sent once they have been heard.
        let unplayed = customer.unsettledItems.compactMap { record.said($0)?.utteranceId }
        supervision.open(
            record.utterances.filter { !unplayed.contains($0.utteranceId) },
            events: plan.earlierEvents + record.events.filter(\.isFromClient),
            findings: record.findings.map(\.asFound), at: now, verdictWithin: plan.limits.verdict,
            isTraineeHeard: isTraineeHeard, &effects)
    }

    mutating func take(_ verdict: Verdict) {
        var verdict = verdict.bounded
        let said = record.utterances.map(\.utteranceId)
        guard let (guidance, ledgerIsNew) = supervision.take(verdict, said: said, &effects) else { return }
        let (attitude, direction) = (supervision.attitude, supervision.direction)
        guard record.supervisorLogs < plan.limits.verdicts else { return }
        // It is long, and seldom changes.
        if !ledgerIsNew { verdict.ledger = nil }
        verdict.hint = hints.take(verdict.hint, isListening: canShowHint, at: now)
        write(.supervisorLog(SupervisorLog(time: now.seconds, evalSeq: verdict.evalSeq, verdict: verdict)))
        write(.attitude(AttitudePoint(time: now.seconds, value: attitude, direction: direction)))
        write(
            .event(
                SessionEvent(
                    time: now.seconds, type: .supervisor,
                    data: [
                        "attitude": .integer(Int64(attitude)), "direction": .string(direction.rawValue),
                        "guidance": .string(guidance),
                    ])))
        sendNumbered { .attitude(.init(seq: $0, value: attitude, direction: direction)) }
        if verdict.shouldEnd, let outcome = verdict.outcome {
            write(.outcomeClaim(OutcomeClaim(source: .supervisor, outcome: outcome, time: now.seconds)))
        }
        if let hint = verdict.hint {
            write(.event(.hint(Hint(time: now.seconds, text: hint))))
            send(.hint(text: hint))
        }
        supervision.rememberState(guidance)
        supervision.queueState()
        if let lapse = verdict.lapse { take(lapse) }
    }

    /// The customer is told once of each entry what he heard.
    mutating func take(_ claim: HeardClaim) {
        let claim = claim.bounded
        guard !claim.text.isEmpty, notes.hear(claim) else { return }
        write(.event(.heard(claim, at: now.seconds)))
    }

    /// The customer is put right. From the second time on the session does not count; the call goes on.
    mutating func take(_ lapse: RoleLapse) {
        guard record.utterances.contains(where: { $0.utteranceId == lapse.utteranceId && $0.speaker == .avatar }),
            notes.take(lapse)
        else { return }
        log(.info, "the customer's words do not fit the role", ["kind": lapse.kind.rawValue])
        write(.event(.lapse(lapse, at: now.seconds)))
        guard notes.isOutOfRole, let outOfRole = SessionEvent.avatarOutOfRole.string else { return }
        record.systemOnce(outOfRole, at: now, &effects)
    }

    /// A client would show it, and the trainee would read it.
    private var canShowHint: Bool { isTalking && client.isListening && !trainee.isSpeaking }

    mutating func takeFailure(of evalSeq: Int, _ code: String) {
        guard supervision.takeFailure(of: evalSeq, &effects), record.supervisorLogs < plan.limits.verdicts else {
            return
        }
        let code = code.beginning(bytes: 64)
        write(.supervisorLog(SupervisorLog(time: now.seconds, evalSeq: evalSeq, verdict: nil, error: code)))
    }

    mutating func take(_ finding: Finding) {
        let earlier = record.findings.first { $0.findingId == finding.findingId }
        var finding = finding
        finding.wasTold = earlier?.wasTold
        guard earlier != finding, earlier != nil || record.findings.count < plan.limits.findings else { return }
        let isNews = finding.isNews(after: earlier)
        if isNews { finding.wasTold = true }
        write(.finding(finding))
        if finding.status == .dismissed { notes.withdraw(finding.findingId) }
        guard isNews else { return }
        if finding.rule == .forbiddenWord, finding.status == .violated {
            write(
                .event(
                    SessionEvent(
                        time: finding.time, type: .error,
                        data: [
                            "errorType": .string(finding.rule.rawValue),
                            "word": .string(finding.evidence.text ?? finding.message),
                        ])))
        }
        sendNumbered { .compliance(.init(seq: $0, finding: finding)) }
    }

    /// Puts the state into the conversation between two answers, in place of the last one. It never starts an answer.
    mutating func injectState() {
        guard isBetweenAnswers, let state = supervision.takeState(of: plan.persona) else { return }
        if let old = state.old { command(.deleteItem(id: old)) }
        command(.createItem(.system(id: state.new, text: state.text)))
    }

    /// Tells the customer what he heard, and puts him right. It never starts an answer.
    mutating func injectNotes() {
        guard isBetweenAnswers else { return }
        for (id, content) in notes.tell() {
            let text =
                switch content {
                case .heard(let text): RealtimePrompt.heard(text)
                case .correction(let kind): RealtimePrompt.correction(kind, of: plan.persona)
                }
            command(.createItem(.system(id: id, text: text)))
        }
    }

    /// Two evaluations in a row want the session to end like this.
    mutating func endAsAgreed() {
        guard now.milliseconds >= plan.limits.supervisorMayEnd.milliseconds, let outcome = supervision.agreedOutcome,
            isBetweenTurns
        else { return }
        finish(.supervisor(outcome))
    }
}
