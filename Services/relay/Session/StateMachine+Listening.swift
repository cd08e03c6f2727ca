import Domain

/// The trainee's side of the conversation.
extension LiveSession.StateMachine {
    mutating func speechStarted(_ itemId: String?, _ audioStartMs: Int?) {
        traineeSpeaks = true
        answerDueSince = nil
        touch()
        // What the trainee says now is what the next answer is to be about.
        isAnswerOwed = false
        response.isWanted = false
        act(.stop(.retryResponse))
        let position =
            audioStartMs.map { inputClock.position(of: $0) }
            ?? max(0, inputClock.position - UnheardSpeech.preRollBytes)
        unheard.begin(at: position)
        if let itemId {
            transcript.speechStarted(
                itemId, at: audioStartMs == nil ? now : inputClock.time(at: position, now: now))
        }
        interrupt()
    }

    mutating func speechStopped(_ itemId: String?, _ audioEndMs: Int?) {
        traineeSpeaks = false
        answerDueSince = now
        touch()
        watch()
        let position = audioEndMs.map { inputClock.position(of: $0) } ?? inputClock.position
        unheard.end(at: position)
        if let itemId { transcript.speechStopped(itemId, at: inputClock.time(at: position, now: now)) }
    }

    /// What the trainee said has become an item; its words are still to come.
    mutating func openSentence(_ itemId: String) {
        guard transcript.speaker(of: itemId) == nil else { return }
        transcript.open(itemId, by: .trainee)
        unheard.commit(itemId, at: inputClock.position)
        draftSentence(itemId)
    }

    mutating func transcribed(_ itemId: String, _ text: String, unsureWords: [String] = []) {
        let line = lineOfItem[itemId] ?? itemId
        openSentence(line)
        unheard.written(line)
        // Some servers do not answer a noise.
        if text.isEmpty { answerDueSince = nil }
        if let utterance = transcript.transcribed(line, text, unsureWords: unsureWords, at: now) {
            publish(utterance)
        } else {
            withdrawDraft(of: line)
        }
    }

    // MARK: Said again to a new connection

    /// Whether an item is a sentence that was said on an earlier connection: it then has its line already.
    mutating func takesPlaceOfLine(_ itemId: String) -> Bool {
        if lineOfItem[itemId] != nil { return true }
        guard !saidAgain.isEmpty, transcript.speaker(of: itemId) == nil else { return false }
        lineOfItem[itemId] = saidAgain.removeFirst().line
        return true
    }

    /// A sentence that was said again was not taken: nobody will ever know its words.
    mutating func lineIsNotHeard(_ eventId: String) {
        guard let index = saidAgain.firstIndex(where: { $0.eventId == eventId }) else { return }
        let line = saidAgain.remove(at: index).line
        unheard.written(line)
        if let utterance = transcript.transcribed(line, TranscriptRecorder.inaudible, at: now) { publish(utterance) }
    }
}
