import Domain
import Foundation

/// From the reason for the end until the connections are closed.
extension Conversation {
    mutating func finish(_ trigger: EndTrigger) {
        finish(EndReason(trigger))
    }

    /// Begins the end. The first reason decides; later ones change nothing.
    mutating func finish(_ reason: EndReason) {
        let outcome = reason.outcome(
            attitude: supervision.attitude, initial: plan.persona.initialAttitude,
            convertsAt: plan.persona.leastAttitudeToConvert)
        guard ending.begin(reason, outcome) else { return }
        log(.info, "session is ending", ["trigger": reason.trigger.rawValue])
        goOnWithoutResume()
        recordEnd(reason, outcome)
        enter(.live(.ending))
        let obsolete: [Timer] = [
            .connect, .reconnect, .session, .wrapUp, .renew, .idle, .resume, .resumeGrace, .silence, .opening, .scene,
            .clock,
        ]
        for timer in obsolete { effects.stop(timer) }
        upstream.wantNoAnswer(&effects)
        // An answer that has not begun is not worth waiting for; if it begins, it is called off.
        upstream.forgetRequest()
        guard reason.letsWordsPlay else {
            upstream.cancelAnswer(&effects)
            cut()
            return ending.wordsAreOut()
        }
        if trainee.isSpeaking, upstream.isReady {
            // The sentence that the end cuts short was said, so it belongs in the transcript.
            command(.commitAudio)
            ending.expectCommit()
        }
        trainee.stopBeingHeard()
        effects.start(.lastWords, after: plan.limits.lastWords)
    }

    private mutating func recordEnd(_ reason: EndReason, _ outcome: Outcome) {
        // The process that agreed on it has recorded it.
        if reason.isRecorded { return }
        write(.end(RecordedFact.AgreedEnd(endTrigger: reason.trigger.rawValue, outcome: outcome)))
        if reason.trigger == .endSession {
            write(.outcomeClaim(OutcomeClaim(source: .client, outcome: outcome, time: now.seconds)))
        }
    }

    /// Closes the connections once nothing is waited for any more.
    mutating func settleEnding() {
        let margin = customer.playbackIsConfirmed ? 0 : Ending.playoutMarginMs
        let isPlayed =
            !client.isConnected || customer.playbackEnd == .zero || now - customer.playbackEnd >= margin
        let isDone = ending.isDone(
            isQuiet: !upstream.isAnswering && isPlayed, awaitsWords: !record.awaitingWords.isEmpty,
            upstreamIsReady: upstream.isReady, within: plan.limits.stragglers, &effects)
        if isDone { hangUp() }
    }

    mutating func hangUp() {
        guard let reason = ending.reason, let outcome = ending.outcome else { return }
        closeTranscript()
        supervision.close(&effects)
        for timer in [Timer.lastWords, .stragglers, .stall] { effects.stop(timer) }
        effects.perform(.disconnect)
        upstream.hangUp()
        record.systemOnce("Session_End", at: now, &effects)
        enter(.ended)
        // A client that was never ready still learns how the session ended.
        if !client.isReady { greet() }
        sendNumbered { .sessionEnded(seq: $0, outcome: outcome, endTrigger: reason.trigger.rawValue) }
        effects.start(.score, after: plan.limits.score)
        effects.performOnceRecorded(
            .store(
                EndRecord(
                    endTrigger: reason.trigger.rawValue, outcome: outcome,
                    endedAt: plan.startedAt.addingTimeInterval(now.seconds), durationMs: now.milliseconds,
                    facts: record.facts)))
    }

    /// What was not heard by now was not said; what was not transcribed by now is inaudible.
    private mutating func closeTranscript() {
        customer.closeAll(at: now)
        settleUtterances()
        for sentence in record.awaitingWords { inaudible(sentence) }
    }

    // MARK: Handover

    /// The process stops and the session does not: another process takes it over from the journal. What is being said
    /// must still be heard here, since the other process has none of its audio.
    mutating func prepareToLeave() {
        guard ending.prepareToLeave() else { return }
        effects.start(.leave, after: plan.limits.leaving)
    }

    mutating func leaveWhenQuiet() {
        guard ending.isLeaving, isBetweenTurns, customer.isSettled, record.awaitingWords.isEmpty else { return }
        handOver()
    }

    /// A process that drains cannot be found by a client that comes back, so the session goes where it can. Words that
    /// are still being transcribed come first.
    mutating func leaveWithoutClient() {
        guard !ending.isConcluded else { return }
        if ending.leavesWithoutClient { prepareToLeave() }
        guard ending.isLeaving, !upstream.isReady || record.awaitingWords.isEmpty else { return }
        handOver()
    }

    /// Leaves a record that is correct up to this point, and asks the client to reconnect.
    mutating func handOver() {
        ending.stopLeaving()
        stopWithoutListener()
        closeTranscript()
        supervision.close(&effects)
        enter(.live(.suspended))
        send(.goingAway(reason: "restart", retryAfterMs: 500))
        client.close(code: .goingAway, "restart", &effects)
        effects.perform(.disconnect)
        upstream.hangUp()
        _ = ending.conclude()
        effects.performOnceRecorded(.handOver)
    }
}
