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

    // MARK: Being interrupted

    /// The trainee speaks or types: the customer falls silent at once, and has said only what was heard.
    mutating func interrupt() {
        // A goodbye is played to its end, whoever speaks into it.
        guard phase != .ending else { return }
        callOff()
        guard let first = silence().first else { return }
        send(.audioClear(itemId: first.itemId, heardMs: first.heardMs))
    }

    /// Ends what is playing, here and in the model's memory.
    @discardableResult
    mutating func silence() -> [PlaybackClock.Cut] {
        let cuts = silenceUntold()
        for cut in cuts { forgetUnheard(cut) }
        return cuts
    }

    /// Ends what is playing, while it is not certain yet how much of it was heard.
    private mutating func silenceUntold() -> [PlaybackClock.Cut] {
        var cuts = playback.cut(at: now)
        for id in unsettledSpeeches where isBeingMadeInVain(id) {
            // All that came of it has been heard, but more of it was to come.
            if !cuts.contains(where: { $0.itemId == id }), let cut = playback.end(id) { cuts.append(cut) }
            speeches[id]?.isBrokenOff = true
        }
        for cut in cuts { speeches[cut.itemId]?.cut = cut }
        return cuts
    }

    /// Takes the rest of an item from the model's memory. Nothing heard is nothing said; and truncating at 0 is refused.
    private mutating func forgetUnheard(_ cut: PlaybackClock.Cut) {
        command(
            cut.heardMs == 0 ? .deleteItem(id: cut.itemId) : .truncate(itemId: cut.itemId, audioEndMs: cut.heardMs))
    }

    /// Cuts what is playing to a client that has gone. It goes on playing what it has, so how much of that was heard is known
    /// only when it is back.
    mutating func silenceInAbsence() {
        let cuts = silenceUntold()
        cutInAbsence += cuts.map(\.itemId)
        unforgotten += cuts.map(\.itemId)
    }

    /// A client that was away goes on playing what it has. What was cut while it was away, and what it heard of that all the
    /// same, is settled when it is back: it says how far it got, and throws the rest away.
    mutating func settleWhatWasCutUnheard(_ played: ClientMessage.Played?) {
        let cut = cutInAbsence
        cutInAbsence = []
        for id in cut {
            if let played, played.itemId == id { recut(id, heardMs: played.offsetMs) }
            guard let cut = speeches[id]?.cut else { continue }
            send(.audioClear(itemId: id, heardMs: cut.heardMs))
            if unforgotten.contains(id) { forgetUnheard(cut) }
        }
        unforgotten = []
    }

    private mutating func recut(_ id: String, heardMs: Int) {
        guard let speech = speeches[id], let cut = speech.cut, heardMs > cut.heardMs + Self.cutToleranceMs else {
            return
        }
        let heardMs = min(heardMs, cut.receivedMs)
        speeches[id]?.cut?.heardMs = heardMs
        guard !unsettledSpeeches.contains(id), let start = playback.span(of: id)?.start else { return }
        sayCut(id, from: start)
    }

    /// By so much a client's word may differ from the reckoning before the line is told anew.
    private static let cutToleranceMs = 100

    private mutating func sayCut(_ id: String, from start: SessionTime) {
        guard let speech = speeches[id], let cut = speech.cut else { return }
        var words = speech.words.heard(
            cut.heardMs, of: cut.receivedMs, pace: speech.isBrokenOff ? speakingPace.pace : nil)
        // A line that was shown cannot be taken back: it began to be heard, so its first word stays.
        if words.isEmpty, transcript.said(id) != nil { words = SpokenWords.firstWord(of: speech.words.text) }
        say(id, words, from: start, to: start + cut.heardMs, interrupted: true)
    }

    private func isBeingMadeInVain(_ id: String) -> Bool {
        guard let speech = speeches[id], !speech.audioIsComplete, speech.cut == nil else { return false }
        return speech.responseId.map(response.calledOff.contains) ?? false
    }

    // MARK: Being heard

    /// Turns what has become certain into lines of the transcript.
    mutating func settleSpeeches() {
        guard !unsettledSpeeches.isEmpty else { return }
        let open = unsettledSpeeches
        unsettledSpeeches = open.filter { !settle($0) }
    }

    /// - Returns: true when nothing more can become of this item.
    private mutating func settle(_ id: String) -> Bool {
        guard let speech = speeches[id], speech.textIsComplete, speech.audioIsComplete else { return false }
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
        guard now > span.start || receivedMs == 0 else { return false }
        if transcript.said(id) == nil {
            let words =
                speech.isBrokenOff
                ? speech.words.heard(receivedMs, of: receivedMs, pace: speakingPace.pace) : speech.words.text
            say(id, words, from: span.start, to: span.end, interrupted: speech.isBrokenOff)
        }
        guard !playback.isPlaying(id, at: now) else { return false }
        correctTimes(of: id, span)
        if !speech.isBrokenOff {
            speakingPace.learn(characters: speech.words.text.count, milliseconds: receivedMs)
        }
        passOn(id)
        return true
    }

    private mutating func say(
        _ id: String, _ words: String, from start: SessionTime, to end: SessionTime, interrupted: Bool
    ) {
        if let line = transcript.say(id, words, from: start, to: end, interrupted: interrupted) { publish(line) }
    }

    /// A client that plays later than was reckoned has said so meanwhile: the line gets the times at which it was heard.
    private mutating func correctTimes(of id: String, _ span: (start: SessionTime, end: SessionTime)) {
        guard let said = transcript.said(id), abs(span.end.seconds - said.endTime) > Self.timeTolerance else { return }
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
