import Domain
import Wire

extension LiveSession.StateMachine {
    /// An item that the customer speaks: what is known of its words and of its sound.
    struct Speech {
        var responseId: String?
        var words = SpokenWords()
        var textIsComplete = false
        var audioIsComplete = false
        /// Its making was stopped half-way: there may be more words than sound.
        var isBrokenOff = false
        var cut: PlaybackClock.Cut?
        /// The supervisor has been sent the words that were heard.
        var isPassedOn = false
        /// When a draft of it was last recorded.
        var draftedAt: SessionTime?
        /// When it began to be heard, where another process played it.
        var beganAt: SessionTime?

        mutating func breakOff() {
            isBrokenOff = isBrokenOff || !textIsComplete || !audioIsComplete
            textIsComplete = true
            audioIsComplete = true
        }
    }

    mutating func openSpeech(_ id: String, responseId: String?) {
        if speeches[id] == nil {
            speeches[id] = Speech(responseId: responseId ?? response.id)
            unsettledSpeeches.append(id)
            transcript.open(id, by: .avatar)
        } else if speeches[id]?.responseId == nil, let responseId {
            speeches[id]?.responseId = responseId
        }
    }

    /// Audio of the customer has come. Forwarded audio counts as sent from now on.
    mutating func upstreamAudio(
        _ byteCount: Int, of itemId: String, responseId: String?, at time: SessionTime
    ) -> (LiveSession.AudioDecision, [LiveSession.Action]) {
        now = max(now, time)
        upstream.lastEvent = now
        guard client?.isReady == true, phase == .talking || phase == .ending,
            responseId.map({ !response.calledOff.contains($0) }) ?? true
        else { return (.drop, []) }
        // A message of a client that was away decides where playing goes on; until then nothing new is to be heard.
        if client?.holdsFrom != nil { goOnWithoutResume() }
        if speeches[itemId] == nil { openSpeech(itemId, responseId: responseId) }
        guard let offset = playback.received(byteCount, of: itemId, at: now) else { return (.drop, []) }
        if offset == 0 { schedulePlayback() }
        let followUp = actions
        actions = []
        return (.forward(offsetMs: offset), followUp)
    }

    mutating func addWords(_ delta: String, to id: String) {
        let sound = playback.receivedMs(of: id)
        speeches[id]?.words.add(delta, audioMs: sound)
    }

    // MARK: Being heard

    /// Turns what has become certain into lines of the transcript.
    mutating func settleSpeeches() {
        guard !unsettledSpeeches.isEmpty else { return }
        let open = unsettledSpeeches
        unsettledSpeeches = open.filter { id in
            let isSettled = settle(id)
            if isSettled { withdrawDraft(of: id) }
            return !isSettled
        }
    }

    /// - Returns: true when nothing more can become of this item.
    private mutating func settle(_ id: String) -> Bool {
        guard let speech = speeches[id] else { return true }
        guard speech.textIsComplete, speech.audioIsComplete else {
            draftSpeech(id)
            return false
        }
        let receivedMs = playback.receivedMs(of: id)
        if speech.isBrokenOff, receivedMs == 0 {
            // Not a sound of it reached the trainee, so it is not to stay in the model's memory either.
            command(.deleteItem(id: id))
            return true
        }
        let span = playback.span(of: id) ?? (now, now)
        if speech.cut != nil {
            sayCut(id, from: span.start)
            passOn(id)
            return true
        }
        // A client may say that it has played all of it in the very moment in which it came.
        guard now > span.start || !playback.isPlaying(id, at: now) else { return false }
        if transcript.said(id) == nil {
            say(id, audibleWords(of: id), from: span.start, to: span.end, interrupted: speech.isBrokenOff)
        }
        guard !playback.isPlaying(id, at: now) else { return false }
        correctTimes(of: id, span)
        if !speech.isBrokenOff {
            speakingPace.learn(characters: speech.words.text.count, milliseconds: receivedMs)
        }
        passOn(id)
        // The transcript has them; an hour of talk would keep a lot of marks.
        speeches[id]?.words = SpokenWords()
        return true
    }

    /// The words that there is sound of: all, unless its making was stopped half-way.
    func audibleWords(of id: String) -> String {
        guard let speech = speeches[id] else { return "" }
        guard speech.isBrokenOff else { return speech.words.text }
        let receivedMs = playback.receivedMs(of: id)
        return speech.words.heard(receivedMs, of: receivedMs, pace: speakingPace.pace)
    }

    mutating func say(
        _ id: String, _ words: String, from start: SessionTime, to end: SessionTime, interrupted: Bool
    ) {
        if let line = transcript.say(id, words, from: start, to: end, interrupted: interrupted) { publish(line) }
    }

    /// A client that plays later than was reckoned has said so meanwhile: the line gets the times at which it was heard.
    private mutating func correctTimes(of id: String, _ span: (start: SessionTime, end: SessionTime)) {
        guard let said = transcript.said(id),
            abs(span.end.seconds - said.endTime) > Self.timeTolerance
                || abs(span.start.seconds - said.startTime) > Self.timeTolerance
        else { return }
        say(id, said.text, from: span.start, to: span.end, interrupted: said.interrupted == true)
    }

    /// Seconds by which a line's times may be off before it is told anew.
    private static let timeTolerance = 0.25

    /// The supervisor gets the customer's words once, when they have been heard.
    private mutating func passOn(_ id: String) {
        guard speeches[id]?.isPassedOn == false else { return }
        speeches[id]?.isPassedOn = true
        if let utterance = transcript.said(id) {
            supervise(.utterance(sessionId: plan.sessionId, utterance: utterance))
            expectVerdict()
        }
    }

    /// A new or changed line: into the record and to the client; the trainee's to the supervisor as well.
    mutating func publish(_ utterance: Utterance) {
        record(.utterance(utterance))
        tell { .transcript(.init(seq: $0, utterance: utterance)) }
        if utterance.speaker == .trainee {
            touch()
            supervise(.utterance(sessionId: plan.sessionId, utterance: utterance))
        }
    }

    /// Wakes the session when the next item begins or ends playing.
    mutating func schedulePlayback() {
        var next: SessionTime?
        func consider(_ time: SessionTime) {
            if time > now { next = next.map { min($0, time) } ?? time }
        }
        if client?.isReady == true, client?.holdsFrom == nil {
            for id in unsettledSpeeches {
                guard let span = playback.span(of: id) else { continue }
                consider(span.start + 1)
                consider(span.end)
            }
            consider(playback.end)
            if phase == .ending { consider(playback.end + EndOfSession.playoutMarginMs) }
        }
        guard next != playbackTimer else { return }
        playbackTimer = next
        if let next {
            act(.start(.playback, after: .milliseconds(next - now)))
        } else {
            act(.stop(.playback))
        }
    }
}
