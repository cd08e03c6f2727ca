import Domain

/// From the trainee's audio to utterances of the transcript.
extension Conversation {
    mutating func speechStarted(_ itemId: String?, _ audioStartMs: Int?) {
        touch()
        silence.traineeSpoke(isTyped: false)
        opening.giveUp()
        // What the trainee says now is what the next answer is about.
        upstream.oweAnswer(false)
        upstream.wantNoAnswer(&effects)
        let start = trainee.beginSpeaking(audioStartMs: audioStartMs, at: now)
        if let itemId { record.speechStarted(itemId, at: start) }
        if phase == .live(.suspended) {
            // Of a client that has just left: nothing more comes of what it was saying.
            trainee.loseClient()
            trainee.stopBeingHeard()
        }
        interrupt()
        watchMicrophone()
    }

    mutating func speechStopped(_ itemId: String?, _ audioEndMs: Int?) {
        touch()
        let end = trainee.stopSpeaking(audioEndMs: audioEndMs, at: now)
        watchUpstream()
        watchAnswer()
        if let itemId { record.speechStopped(itemId, at: end) }
    }

    /// The server turned what the trainee said into an item.
    mutating func committed(_ itemId: String, after predecessor: RealtimeEvent.Predecessor) {
        record.place(itemId, after: predecessor)
        if trainee.repeats(itemId, isNew: !record.knows(itemId)) { return }
        if trainee.endTurn(as: itemId, at: now) { upstream.wantNoAnswer(&effects) }
        watchUpstream()
        ending.commitCame()
        openSentence(itemId)
        watchAnswer()
    }

    mutating func itemAdded(_ item: RealtimeEvent.Item, after predecessor: RealtimeEvent.Predecessor) {
        // Items that we created are in the record already.
        if let ours = echo(of: item) {
            return record.place(item.id, after: ours != item.id && record.knows(ours) ? .item(ours) : predecessor)
        }
        record.place(item.id, after: predecessor)
        switch item.kind {
        case .user where Upstream.isOurs(item.id), .assistant where Upstream.isOurs(item.id): break
        case .user where item.isTyped: takeTyped(item)
        case .user: if !trainee.repeats(item.id, isNew: !record.knows(item.id)) { openSentence(item.id) }
        case .assistant: openUtterance(item.id, responseId: nil)
        case .system, .functionCall, .other: break
        }
    }

    /// - Returns: our id of an item that we created; nil for others.
    private mutating func echo(of item: RealtimeEvent.Item) -> String? {
        guard item.isTyped || item.kind == .assistant, Upstream.isOurs(item.id) || !record.knows(item.id) else {
            return nil
        }
        return upstream.takeEcho(item)
    }

    /// An item of text that the server added: what it says was said by the trainee, in whatever way.
    private mutating func takeTyped(_ item: RealtimeEvent.Item) {
        guard let text = item.text?.trimmed, !text.isEmpty else { return }
        if record.awaitingWords.contains(item.id) { return transcribed(item.id, text) }
        guard !record.knows(item.id) else { return }
        let words = String(text.prefix(plan.limits.text))
        if let utterance = record.transcribe(item.id, words, at: now, &effects) { publish(utterance) }
    }

    /// What the trainee said became an item; its words are still to come.
    mutating func openSentence(_ itemId: String) {
        guard !record.knows(itemId) else { return }
        trainee.commit(itemId)
        record.openSentence(itemId, at: now, &effects)
        // Nobody writes it down, so nothing waits for it.
        if upstream.transcriptionModel == nil { transcribed(itemId, TranscriptRecorder.inaudible) }
    }

    mutating func transcribed(_ itemId: String, _ text: String, unsureWords: [String] = []) {
        let sentence = trainee.sentence(of: itemId)
        // The transcript may come before the item is known.
        openSentence(sentence)
        trainee.transcribed(sentence)
        if text.trimmed.isEmpty { trainee.heardNoise(as: sentence) }
        if text == TranscriptRecorder.inaudible {
            trainee.loseWords(of: sentence)
            watchAnswer()
        }
        let utterance = record.transcribe(sentence, text, unsureWords: unsureWords, at: now, &effects)
        if let utterance {
            publish(utterance)
        } else {
            record.withdrawDraft(of: sentence, at: now, &effects)
        }
    }

    /// A sentence whose words can no longer come.
    mutating func inaudible(_ sentence: String) {
        if let utterance = record.transcribe(sentence, TranscriptRecorder.inaudible, at: now, &effects) {
            publish(utterance)
        }
    }

    /// Tells rules and score that words are missing: no finding in them does not mean that no rule was broken.
    mutating func recordLostWords() {
        guard let what = SessionEvent.transcriptionLost.string else { return }
        record.systemOnce(what, at: now, &effects)
    }

    /// An upstream connection must show that it is alive: an answer that is due must begin and continue, and a
    /// connection that is sent audio must send an event from time to time.
    mutating func watchUpstream() {
        if upstream.isReady { effects.start(.stall, after: stallLimit) }
    }

    // MARK: What does not come

    /// The server notices the end of a turn only in audio, so silence is sent in place of audio that does not come.
    mutating func watchMicrophone() {
        guard isTalking, upstream.isReady, let wait = trainee.silenceIsDue(at: now) else { return }
        effects.start(.microphone, after: wait)
    }

    mutating func considerMicrophone() {
        guard isTalking, upstream.isReady else { return }
        if trainee.isUnendingTurn {
            log(.warning, "upstream does not end a turn in silence", [:])
            command(.commitAudio)
            trainee.endTurn(at: now)
            watchUpstream()
            return watchAnswer()
        }
        if trainee.silenceIsDue(at: now) == .zero, let silence = trainee.addSilence(at: now) {
            effects.perform(.appendSilence(silence, keptFrom: trainee.trim()))
        }
        watchMicrophone()
    }

    /// A server that works from transcripts does not answer a turn that it throws away or cannot transcribe. It is
    /// asked to before the connection is given up. One that has the words, or waits for them, has more time.
    mutating func watchAnswer() {
        guard isTalking, let unanswered = trainee.unanswered(at: now), !upstream.isAnswering else { return }
        let patience = unanswered.isLost ? plan.limits.lostTurn : plan.limits.unansweredTurn
        effects.start(.answer, after: .milliseconds(max(0, patience.milliseconds - unanswered.ms)))
    }

    mutating func considerAnswer() {
        guard isTalking, upstream.isReady, !upstream.isAnswering, let unanswered = trainee.unanswered(at: now) else {
            return
        }
        let patience = unanswered.isLost ? plan.limits.lostTurn : plan.limits.unansweredTurn
        guard unanswered.ms >= patience.milliseconds else { return watchAnswer() }
        log(.warning, "a turn is not answered, asking for it", ["lost": "\(unanswered.isLost)"])
        requestOverdueAnswer()
    }

    /// Asks for the answer to a turn that the server may still answer by itself.
    mutating func requestOverdueAnswer() {
        trainee.answerWasRequested()
        upstream.requestOverdueAnswer(&effects)
        watchUpstream()
    }

    var stallLimit: Duration { isAnswerAwaited ? plan.limits.stall : plan.limits.silentUpstream }

    var isAnswerAwaited: Bool { upstream.isAnswering || trainee.answerDueSince != nil }
}
