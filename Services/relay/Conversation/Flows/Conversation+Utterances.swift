import Domain

/// From the customer's audio and words to utterances of the transcript. The customer falls silent when the trainee
/// speaks, or when no client is listening; then only what was heard was said.
extension Conversation {
    // MARK: Generation

    mutating func openUtterance(_ id: String, responseId: String?) {
        // Some servers give all answers the same id.
        if let responseId, responseId == upstream.answerId, customer.isOfEarlierAnswer(id, than: responseId) {
            endEarlier(id)
        }
        if customer.open(id, responseId: responseId, current: upstream.answerId) { record.open(id) }
    }

    mutating func addWords(_ delta: String, to id: String, responseId: String?) {
        openUtterance(id, responseId: responseId)
        customer.addWords(delta, to: id)
    }

    mutating func completeWords(_ text: String, of id: String, responseId: String?) {
        openUtterance(id, responseId: responseId)
        customer.completeWords(text, of: id)
    }

    /// An answer that is over gives its item's id up for the next one.
    private mutating func endEarlier(_ id: String) {
        if customer.unsettledItems.contains(id) {
            // It may still play, and can no longer be interrupted.
            switch customer.progress(of: id, at: now) {
            case .cut, .playing, .played: _ = settle(id)
            case .underWay, .neverHeard, .waiting: break
            }
            placeSound(of: id)
            passOn(id)
            customer.finish(id)
            customer.settle(id)
        }
        customer.giveUp(id)
        record.giveUp(id)
    }

    // MARK: Being heard

    /// Turns what has become certain into utterances.
    mutating func settleUtterances() {
        for id in customer.unsettledItems {
            guard settle(id) else { continue }
            placeSound(of: id)
            record.withdrawDraft(of: id, at: now, &effects)
            customer.settle(id)
        }
    }

    /// - Returns: true when this item is final.
    private mutating func settle(_ id: String) -> Bool {
        switch customer.progress(of: id, at: now) {
        case .underWay:
            draft(id)
            return false
        case .neverHeard:
            // The trainee heard nothing of it, so it must not stay in the model's memory either.
            command(.deleteItem(id: id))
            return true
        case .cut(let start):
            sayCut(id, from: start)
            passOn(id)
            return true
        case .waiting: return false
        case .playing(let start, let end):
            sayOnce(id, from: start, to: end)
            return false
        case .played(let start, let end):
            sayOnce(id, from: start, to: end)
            correctTimes(of: id, from: start, to: end)
            passOn(id)
            customer.finish(id)
            return true
        }
    }

    private mutating func placeSound(of id: String) {
        guard plan.isRecorded, let span = customer.heardSpan(of: id) else { return }
        placePauses(of: id)
        effects.perform(.heard(itemId: id, from: span.start, milliseconds: customer.finallyHeardMs(of: id)))
    }

    private mutating func placePauses(of id: String) {
        for pause in customer.pauses(of: id) {
            effects.perform(.resumed(itemId: id, offsetMs: pause.offsetMs, at: pause.resumedAt))
        }
    }

    /// The client is back: what was playing when it left goes on.
    mutating func resumePlayback() {
        customer.resumePlayback(at: now)
        guard plan.isRecorded else { return }
        for id in customer.unsettledItems { placePauses(of: id) }
    }

    private mutating func sayOnce(_ id: String, from start: SessionTime, to end: SessionTime) {
        guard record.said(id) == nil else { return }
        say(id, customer.audibleWords(of: id), from: start, to: end, interrupted: customer.isBrokenOff(id))
    }

    private mutating func say(
        _ id: String, _ words: String, from start: SessionTime, to end: SessionTime, interrupted: Bool
    ) {
        let utterance = record.say(id, words, from: start, to: end, interrupted: interrupted, at: now, &effects)
        if let utterance { publish(utterance) }
    }

    /// The words that were heard of an item that was cut.
    mutating func sayCut(_ id: String, from start: SessionTime) {
        guard let heard = customer.heard(of: id) else { return }
        // An utterance that was shown cannot be taken back: it began to be heard, so its first word stays.
        let words = heard.words.isEmpty && record.said(id) != nil ? heard.firstWord : heard.words
        say(
            id, words, from: start, to: customer.time(of: id, from: start, at: heard.heardMs), interrupted: true)
    }

    /// A client that plays later than estimated has said so meanwhile: the utterance gets the times at which it was
    /// heard.
    private mutating func correctTimes(of id: String, from start: SessionTime, to end: SessionTime) {
        guard let said = record.said(id),
            abs(end.seconds - said.endTime) > Self.timeTolerance
                || abs(start.seconds - said.startTime) > Self.timeTolerance
        else { return }
        say(id, said.text, from: start, to: end, interrupted: said.interrupted == true)
    }

    /// Seconds by which an utterance's times may be off before we resend it.
    private static let timeTolerance = 0.25

    /// The supervisor gets the customer's words once, when they have been heard.
    private mutating func passOn(_ id: String) {
        guard customer.passOn(id), let utterance = record.said(id) else { return }
        supervise(.utterance(utterance))
        if isTraineeHeard { supervision.expectVerdict(within: plan.limits.verdict, &effects) }
    }

    /// Whether the trainee has said anything yet.
    var isTraineeHeard: Bool { record.utterances.contains { $0.speaker == .trainee } }

    /// An utterance that is being spoken would be lost with the process, so a draft of it is recorded. A process that
    /// takes the session over makes an utterance of it.
    private mutating func draft(_ id: String) {
        guard isTalking, record.knows(id), let draft = customer.draft(of: id, at: now) else { return }
        record.draft(
            id, text: draft.text, from: draft.from, to: draft.to, receivedMs: draft.ms, at: now, &effects)
    }

    mutating func schedulePlayback() {
        customer.schedule(
            isHeard: client.isListening, margin: phase == .live(.ending) ? Ending.playoutMarginMs : nil, at: now,
            &effects)
    }

    // MARK: Falling silent

    // `callOff`: nothing more of the answer is passed on. `cancelAnswer`: OpenAI must stop generating. `cut`: items end
    // where they were heard. `silence`: the client stops playing. `forgetUnplayed`: the model forgets the rest.

    /// The trainee speaks or types: the customer falls silent at once, and has said only what was heard. OpenAI ends
    /// the response itself when the trainee speaks (`interrupt_response`); a typed utterance cancels it first.
    mutating func interrupt() {
        // A goodbye plays to its end, even if the trainee interrupts it.
        guard phase != .live(.ending) else { return }
        upstream.callOff()
        // `audio_clear` stops everything at the client, so it is sent once, for the item that was playing.
        if let first = cut().first { client.silence(first.itemId, heardMs: first.heardMs, &effects) }
    }

    /// Ends what is playing, here and in the model's memory.
    @discardableResult
    mutating func cut() -> [PlaybackClock.Cut] {
        let cuts = customer.cut(at: now) { [upstream] in upstream.isCalledOff($0) }
        for cut in cuts { forgetUnplayed(cut) }
        return cuts
    }

    /// Removes the rest of an item from the model's memory. An item of which nothing was heard is deleted, since the
    /// server refuses to truncate at 0.
    mutating func forgetUnplayed(_ cut: PlaybackClock.Cut) {
        command(
            cut.heardMs == 0 ? .deleteItem(id: cut.itemId) : .truncate(itemId: cut.itemId, audioEndMs: cut.heardMs))
    }

    /// The client is gone: the customer has no listener and the trainee is not heard. An answer that is lost by this is
    /// given when the client comes back.
    mutating func stopWithoutListener() {
        customer.pausePlayback(at: now)
        trainee.loseClient()
        if upstream.isReady {
            command(.clearAudio)
            if !trainee.isSpeaking,
                upstream.isAnswering || upstream.isAnswerWanted || upstream.isRetryDue
                    || trainee.answerDueSince != nil
            {
                upstream.oweAnswer()
            }
            upstream.wantNoAnswer(&effects)
            if upstream.isAnswering {
                // What was heard stays in the transcript; the rest has no listener.
                upstream.cancelAnswer(&effects)
                customer.cutInAbsence(at: now) { [upstream] in upstream.isCalledOff($0) }
            }
        }
        trainee.stopBeingHeard()
    }

    /// A client that was gone continued to play what it had. It says how far it got, and drops the rest: only now is it
    /// known what was heard of the items that were cut meanwhile.
    mutating func settleCutsInAbsence(_ played: ClientMessage.Played?) {
        for (id, isRemembered) in customer.takeCutsInAbsence() {
            if let played, played.itemId == id, let start = customer.correctCut(of: id, heardMs: played.offsetMs) {
                sayCut(id, from: start)
                placeSound(of: id)
            }
            guard let cut = customer.cut(of: id) else { continue }
            client.silence(id, heardMs: cut.heardMs, &effects)
            if isRemembered { forgetUnplayed(cut) }
        }
    }
}
