import Domain

/// Silence, time, money, and a disk that refuses facts.
extension Conversation {
    mutating func considerIdling() {
        let idle = limits.considerSilence(
            isActive: !isTalking || trainee.isSpeaking, isAnswering: upstream.isAnswering,
            playbackEnd: customer.playbackEnd, mayAsk: upstream.isReady && isBetweenTurns && !countsSilence, at: now)
        switch idle {
        case .end: return finish(.idle)
        case .ask(let itemId):
            command(.createItem(.system(id: itemId, text: RealtimePrompt.silence)))
            requestAnswer()
        case .wait: break
        }
        limits.lookAgain(playbackEnd: customer.playbackEnd, at: now, &effects)
    }

    /// The persona's own way to take silence.
    mutating func considerSilence() {
        let next = silence.consider(
            isSilent: countsSilence && upstream.isReady && !upstream.isAnswering && !trainee.isSpeaking,
            playbackEnd: customer.playbackEnd, mayReact: isBetweenTurns, at: now)
        var wait = Duration.seconds(1)
        switch next {
        case .end: return finish(.idle)
        case .react(let step, let itemId):
            command(.createItem(.system(id: itemId, text: RealtimePrompt.silence(step))))
            requestAnswer()
        case .wait(let left): wait = left
        }
        silence.lookAgain(after: wait, &effects)
    }

    /// Tells the customer between two answers that the time or the money is nearly used up.
    mutating func announceWrapUp() {
        guard upstream.isReady, !upstream.isAnswering, limits.announceWrapUp() else { return }
        command(.createItem(.system(id: "time_1", text: RealtimePrompt.wrapUp)))
    }

    /// Has the customer say so in a pause, and ends the session in one when the money is used up.
    mutating func wrapUp() {
        guard upstream.isReady else { return }
        if limits.isUsedUp(record.usage.cost), isBetweenTurns { return finish(.costLimit) }
        if isBetweenTurns, !upstream.isAnswerOwed, limits.requestWrapUp() { requestAnswer() }
    }

    /// The call continues from memory while the disk refuses facts, up to `unwrittenFacts` of them.
    mutating func take(_ state: JournalState) {
        switch state {
        case .durable: record.isDurableAgain()
        case .refused(let waiting):
            if record.stayInMemory() {
                client.complain(
                    .notDurable,
                    "The server's disk takes nothing at the moment; what happens now is kept in memory.", &effects)
            }
            if waiting > plan.limits.unwrittenFacts { finish(.journalFull) }
        }
    }
}
