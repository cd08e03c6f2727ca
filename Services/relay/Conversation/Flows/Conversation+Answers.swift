import Domain

/// The customer's answers: asked for, given, failed, and owed.
extension Conversation {
    /// Asks for an answer, as soon as one can be given.
    mutating func requestAnswer() {
        guard isTalking, upstream.isReady else {
            return upstream.oweAnswer(isTalking || phase == .live(.suspended))
        }
        // The server answers what is being said now without a request.
        guard !trainee.isSpeaking else { return }
        guard !upstream.isAnswering else { return upstream.wantAnotherAnswer() }
        upstream.requestAnswer(&effects)
        watchUpstream()
    }

    /// An answer that was lost is asked for as soon as OpenAI can give it and a client can hear it.
    mutating func giveOwedAnswer() {
        guard upstream.isAnswerOwed, upstream.isReady, client.isListening else { return }
        upstream.oweAnswer(false)
        // It was asked for before, and is about to begin.
        guard !upstream.isAnswerRequested else { return }
        // The server may still begin it by itself.
        guard trainee.answerDueSince == nil || upstream.isAnswering else { return requestOverdueAnswer() }
        requestAnswer()
    }

    mutating func answerBegan(_ id: String?) {
        let isSecond = upstream.answerBegan(id, &effects)
        scene.answerBegan()
        trainee.stopExpectingAnswer()
        watchUpstream()
        switch phase {
        case .live(.suspended):
            // It has no listener. The client is answered when it comes back.
            upstream.oweAnswer()
            upstream.cancelAnswer(&effects)
        case .live(.ending): upstream.cancelAnswer(&effects)
        case .live(.talking): if isSecond { upstream.cancelAnswer(&effects) } else { upstream.oweAnswer(false) }
        case .waiting, .live(.connecting), .ended: break
        }
    }

    mutating func answerEnded(_ done: RealtimeEvent.Response) {
        if let usage = done.usage { count(usage) }
        let isUnheard = upstream.isAnswerUnheard
        // Some servers say only afterwards why they end an answer: the trainee speaks.
        if done.status == .cancelled, done.reason == "turn_detected", isTalking, upstream.isUnderWay(done.id) {
            interrupt()
        }
        let isCurrent = upstream.answerEnded(done.id)
        if isCurrent { watchUpstream() }
        for item in done.output where item.kind == .assistant {
            if let text = item.text { customer.fillIn(text, of: item.id) }
        }
        let isBrokenOff = done.status == .cancelled || done.status == .failed
        if let cut = customer.close(done.id, isCurrent: isCurrent, isBrokenOff: isBrokenOff, at: now),
            done.status == .cancelled
        {
            forgetUnplayed(cut)
        }
        let calls = upstream.takeCalls(of: done)
        let mustSpeakOn = calls.map { answer($0, of: done) }.contains(true)
        // The next answer may be asked for at once, and should know.
        tellScenes()
        if mustSpeakOn { requestAnswer() }
        switch done.status {
        case .completed:
            upstream.answerCompleted()
            if isCurrent, !isUnheard { notes.answered() }
        case .cancelled: break
        case .incomplete: log(.info, "an answer was cut off", ["reason": done.reason ?? "none"])
        case .failed: answerFailed(done.error ?? RealtimeError())
        }
        let hasEnded = done.status == .completed || done.status == .incomplete
        if isCurrent, hasEnded { considerUnheard(done, isUnheard: isUnheard && calls.isEmpty) }
        if isCurrent, upstream.isAnswerWanted, isTalking { requestAnswer() }
    }

    /// An answer without audio was not heard: it is deleted upstream, and the model is asked again, once in a row.
    private mutating func considerUnheard(_ done: RealtimeEvent.Response, isUnheard: Bool) {
        let count = upstream.countUnheardAnswer(isUnheard)
        guard count > 0, isTalking else { return }
        for item in done.output where item.kind == .assistant && !customer.knows(item.id) {
            command(.deleteItem(id: item.id))
        }
        guard count > 1 else {
            log(.warning, "an answer without audio, asking again", ["reason": done.reason ?? "none"])
            return requestAnswer()
        }
        log(.error, "two answers without audio", ["reason": done.reason ?? "none"])
        upstream.forgetUnheardAnswers()
        client.complain(.answerWithoutAudio, "The voice service has answered twice without audio.", &effects)
    }

    private mutating func answerFailed(_ error: RealtimeError) {
        let failure = RealtimeFailure(error, isSessionUpdate: false)
        log(
            .warning, "an answer failed",
            ["code": error.name ?? "none", "message": String((error.message ?? "none").prefix(300))])
        switch failure {
        case .fatal:
            effects.perform(.disconnect)
            lose(failure, "failed response")
        default: retryAnswer(after: failure)
        }
    }

    /// Asks again after a wait. The trainee waits for this answer, unless another is under way or they speak, which the
    /// server answers by itself.
    mutating func retryAnswer(after failure: RealtimeFailure) {
        guard isTalking, !trainee.isSpeaking, !upstream.isAnswering,
            !upstream.retryAnswer(after: failure, at: now, &effects)
        else { return }
        upstream.oweAnswer()
        effects.perform(.disconnect)
        lose(.reconnect, "no answer after \(upstream.retries) retries")
    }

    /// Adds what an answer has cost.
    private mutating func count(_ usage: TokenUsage) {
        let total = record.usage.adding(usage, at: plan.limits.prices)
        guard total != record.usage else { return }
        write(.usage(total))
        effects.perform(
            .count(
                .tokens(
                    input: usage.inputTokens, output: usage.outputTokens, cost: plan.limits.prices.cost(of: usage))))
        limits.considerCost(total.cost)
    }

    // MARK: Function calls

    /// - Returns: whether the model must be asked to speak on, since the call had no effect.
    private mutating func answer(_ call: RealtimeEvent.FunctionCall, of done: RealtimeEvent.Response) -> Bool {
        guard !call.callId.isEmpty else {
            log(.warning, "a function call without an id cannot be answered", ["name": call.name])
            return false
        }
        guard upstream.takeCall(call.callId) else { return false }
        func output(_ value: JSONValue) -> RealtimeCommand {
            .createItem(.functionOutput(callId: call.callId, output: value))
        }
        guard call.name == EndConversation.name else {
            log(.warning, "the model called a function that it was not given", ["name": String(call.name.prefix(64))])
            command(output(["error": "there is no such function"]))
            return true
        }
        guard done.status == .completed else {
            command(output(["error": "interrupted, and so not done"]))
            return false
        }
        guard let outcome = EndConversation.outcome(inArguments: call.arguments) else {
            log(.warning, "end_conversation with invalid arguments")
            let allowed = Outcome.allCases.map(\.rawValue).joined(separator: ", ")
            command(output(["error": .string("outcome must be one of \(allowed)")]))
            return true
        }
        if outcome == .converted, !ending.hasBegun, let reason = earlySale {
            log(.info, "a sale is refused", ["attitude": "\(supervision.attitude)"])
            command(output(["refused": .string(RealtimePrompt.refusal(reason))]))
            let (isRecorded, speaksOn) = earlySales.refuse()
            if isRecorded {
                let time = now.seconds
                write(
                    .outcomeClaim(
                        OutcomeClaim(source: .voiceModel, outcome: outcome, time: time, refused: true)))
            }
            return speaksOn
        }
        command(output(["ok": true]))
        guard !ending.hasBegun else { return false }
        write(.outcomeClaim(OutcomeClaim(source: .voiceModel, outcome: outcome, time: now.seconds)))
        finish(.endConversation(outcome))
        return false
    }

    /// Why the customer cannot agree to a sale now; nil if he can. Without a supervisor nobody knows the attitude.
    private var earlySale: EarlySales.Reason? {
        if now.milliseconds < plan.limits.supervisorMayEnd.milliseconds { return .tooSoon }
        let isUnconvinced = supervision.attitude < plan.persona.leastAttitudeToConvert
        return supervision.isSupervised && isUnconvinced ? .unconvinced : nil
    }
}
