import Domain

/// The customer falls silent: because the trainee speaks, or because nobody is there to hear it.
extension LiveSession.StateMachine {
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
        guard !unsettledSpeeches.contains(id), let start = playback.span(of: id)?.start ?? speech.beganAt else {
            return
        }
        sayCut(id, from: start)
    }

    /// By so much a client's word may differ from the reckoning before the line is told anew.
    private static let cutToleranceMs = 100

    mutating func sayCut(_ id: String, from start: SessionTime) {
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
}
