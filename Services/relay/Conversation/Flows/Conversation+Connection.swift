import Domain
import Foundation

/// The upstream connection: opened, sent the conversation so far, watched, replaced, and lost.
extension Conversation {
    // MARK: Connecting

    mutating func connect() {
        upstream.connect(within: plan.limits.connect, &effects)
    }

    mutating func configureUpstream() {
        trainee.restart(names: record.restart(keeping: customer.restart()))
        supervision.restart()
        notes.restart()
        limits.restart()
        scene.restart()
        opening.restart()
        // Sentences that are sent again are turns already; the server must not detect turns in the pauses between them.
        upstream.configure(detectsTurns: record.awaitingWords.isEmpty, &effects)
        // A server that ends connections early may not say so in an event.
        if plan.limits.upstream < SessionLimits().upstream { scheduleRenewal(expiresAt: nil) }
        if !plan.settings.isConfirmed { upstreamIsConfigured() }
    }

    mutating func upstreamIsConfigured() {
        guard let ready = upstream.confirm(&effects) else { return }
        if ready.endsReportedLoss || ready.isFirst { touch() }
        watchUpstream()
        if ready.isFirst {
            record.systemOnce("Persona_Loaded", at: now, &effects)
            if upstream.transcriptionModel == nil { recordLostWords() }
            if record.isSilent { opening.watch(&effects) }
        }
        // The watch ends in a session that waits.
        if ready.isFirst || phase == .live(.connecting) {
            limits.watchSilence(&effects)
            silence.watch(&effects)
        }
        replayConversation()
        if isTalking, ready.endsReportedLoss { send(.status(upstream: .ok)) }
        upstream.endReportedLoss()
        if phase == .live(.connecting) {
            enter(.live(.talking))
            greet()
        }
        // What was said while no connection was ready, from the beginning of the sentence.
        if trainee.takeUnsent(&effects) { upstream.sentAudio(at: now) }
    }

    // MARK: What was said before

    private enum Replayed {
        case words(Speaker, String)
        case audio(sentence: String)
        case scene(String)
    }

    /// Sends a new connection what was said so far, in order: as text where the words are known, else as audio.
    private mutating func replayConversation() {
        let utterances = utterancesToReplay()
        var scenes = scene.takeAll()[...]
        for (began, utterance) in utterances {
            while let next = scenes.first, next.time < began ?? 0 { replay(.scene(scenes.removeFirst().sight.text)) }
            replay(utterance)
        }
        for left in scenes { replay(.scene(left.sight.text)) }
        if !utterances.isEmpty {
            command(.createItem(.system(id: upstream.nextReplayId(), text: RealtimePrompt.anchor(plan.persona))))
            supervision.queueState()
        }
        upstream.detectTurnsAgain(&effects)
    }

    /// Each with the time, in seconds, at which it began; nil if that is unknown.
    private func utterancesToReplay() -> [(began: Double?, Replayed)] {
        record.conversation.compactMap { utterance in
            if let said = utterance.said { return (said.startTime, .words(utterance.speaker, said.text)) }
            guard let id = utterance.id else { return nil }
            if utterance.awaitsWords { return (record.began(id)?.seconds, .audio(sentence: id)) }
            // The trainee is about to hear it.
            return customer.isOnItsWay(id) ? (now.seconds, .words(.avatar, customer.audibleWords(of: id))) : nil
        }
    }

    private mutating func replay(_ utterance: Replayed) {
        switch utterance {
        case .words(_, let text) where text.isEmpty: break
        case .words(.trainee, let text):
            command(.createItem(.user(id: upstream.nextReplayId(), text: CleanText.cleaned(text))))
        case .words(.avatar, let text): command(.createItem(.assistant(id: upstream.nextReplayId(), text: text)))
        case .scene(let text):
            command(.createItem(.system(id: upstream.nextReplayId(), text: RealtimePrompt.scene(text))))
        case .audio(let sentence):
            guard trainee.resend(sentence, &effects) else { return }
            if let eventId = upstream.send(.commitAudio, &effects) { trainee.resaid(sentence, committedBy: eventId) }
        }
    }

    // MARK: Replacing it

    /// OpenAI ends a session after an hour, other servers earlier. A new connection takes over in a pause of the last
    /// five minutes, or of the last quarter of a shorter life.
    ///
    /// - Parameter expiresAt: Unix seconds; nil if the server does not say.
    mutating func scheduleRenewal(expiresAt: Double?) {
        let longest = Double(plan.limits.upstream.milliseconds) / 1_000
        let left = expiresAt.map { $0 - plan.startedAt.timeIntervalSince1970 - now.seconds } ?? longest
        // A server whose clock is wrong is treated like one that says nothing.
        let life = left > 1 && left <= longest ? left : longest
        effects.start(.renew, after: .milliseconds(Int((life - min(300, life / 4)) * 1_000)))
    }

    /// Waits for a pause, when neither side speaks or is about to, so that the trainee does not notice.
    mutating func renewWhenQuiet() {
        guard upstream.isOld, upstream.isReady, isBetweenTurns, !upstream.isAnswerOwed, !supervision.isWaitingToInject,
            !notes.isWaiting,
            customer.isSettled, record.awaitingWords.isEmpty
        else { return }
        log(.info, "upstream renewed")
        trainee.loseUpstream()
        upstream.retire(&effects)
        connect()
    }

    // MARK: Watching it

    /// No sign of life for too long: the connection is dead, whatever TCP says.
    mutating func considerStall() {
        guard upstream.isReady else { return }
        let limit = stallLimit.milliseconds
        let (quiet, isFed) = upstream.silence(at: now, answerDueSince: trainee.answerDueSince)
        if quiet >= limit, isAnswerAwaited || isFed {
            effects.perform(.disconnect)
            lose(.reconnect, "stalled")
        } else {
            effects.start(.stall, after: .milliseconds(quiet >= limit ? limit : limit - quiet))
        }
    }

    // MARK: Losing it

    mutating func lose(_ failure: RealtimeFailure, _ detail: String) {
        if upstream.isReady { breakOff() }
        upstream.close(&effects)
        effects.perform(.count(.upstreamLost))
        log(.warning, "upstream lost", ["failure": "\(failure)", "detail": detail])
        if phase == .live(.ending) {
            // What has not come will not come any more; what was sent still plays.
            return ending.giveUpOnStragglers()
        }
        if case .fatal(let code) = failure { return failForGood(code) }
        guard let delay = upstream.planReconnect() else { return giveUp() }
        send(.status(upstream: .reconnecting))
        effects.start(.reconnect, after: delay)
    }

    /// Closes what the lost connection leaves open: its answer will not continue. The trainee's audio that has no
    /// transcript goes to the next connection.
    private mutating func breakOff() {
        upstream.countLoss()
        if !trainee.isSpeaking,
            upstream.isBeingHeard || upstream.isAnswerWanted || upstream.isRetryDue || trainee.answerDueSince != nil
        {
            upstream.oweAnswer()
        }
        trainee.stopExpectingAnswer()
        trainee.stopBeingHeard()
        trainee.loseUpstream()
        customer.breakOff()
        for sentence in record.awaitingWords where trainee.isTooShortToResend(sentence) {
            transcribed(sentence, TranscriptRecorder.inaudible)
        }
    }

    private mutating func giveUp() {
        guard phase == .live(.connecting), record.isSilent else { return failForGood("upstream_lost") }
        // Nothing has been said yet, so the session can still begin later.
        send(
            .error(
                seq: nil, code: .upstreamUnreachable, message: "The voice service cannot be reached at the moment.",
                fatal: true, retryAfterMs: 5_000))
        client.close(code: .unavailable, "upstream_unreachable", &effects)
        trainee.loseClient()
        enter(.waiting)
        effects.start(.resume, after: plan.limits.resume)
    }

    /// What OpenAI says about it stays in our log: it may name the account.
    private mutating func failForGood(_ code: String) {
        sendNumbered { .upstreamFailed(seq: $0, code: code) }
        if client.isConnected, !client.isReady {
            send(
                .error(
                    seq: nil, code: .upstreamFailed, message: "The voice service refused the conversation (\(code)).",
                    fatal: true, retryAfterMs: nil))
        }
        finish(.upstream(code: code))
    }
}
