import Domain

/// Lines that are being said are not in the record yet, and would be lost with the process. So a draft of each is, and whoever
/// takes the session over makes a line of it.
extension LiveSession.StateMachine {
    /// A second of speech is as much as a death may cost.
    private static let draftIntervalMs = 1_000

    /// What of the customer's speech is being heard just now.
    mutating func draftSpeech(_ id: String) {
        guard phase == .talking, let speech = speeches[id], speech.cut == nil, let span = playback.span(of: id),
            now > span.start, let utteranceId = transcript.utteranceId(of: id), !speech.words.text.isEmpty,
            speech.draftedAt.map({ now - $0 >= Self.draftIntervalMs }) ?? true
        else { return }
        speeches[id]?.draftedAt = now
        let line = Utterance(
            utteranceId: utteranceId, startTime: span.start.seconds, endTime: max(span.start, span.end).seconds,
            speaker: .avatar, text: speech.words.text)
        record(.draft(RecordedFact.Draft(utterance: line, itemId: id, soundMs: playback.receivedMs(of: id))))
    }

    /// The trainee has said something whose words are still to come.
    mutating func draftSentence(_ id: String) {
        guard let utteranceId = transcript.utteranceId(of: id), transcript.said(id) == nil else { return }
        let (start, end) = transcript.times(of: id)
        let line = Utterance(
            utteranceId: utteranceId, startTime: (start ?? end ?? now).seconds, endTime: (end ?? now).seconds,
            speaker: .trainee, text: "")
        record(.draft(RecordedFact.Draft(utterance: line, itemId: id, soundMs: 0)))
    }

    /// No line came of it.
    mutating func withdrawDraft(of id: String) {
        guard let utteranceId = transcript.utteranceId(of: id), var draft = ledger.drafts[utteranceId] else { return }
        draft.isWithdrawn = true
        record(.draft(draft))
    }

    /// Takes up the drafts of another process: nobody will write down what the trainee said there, and what was heard of the
    /// customer is known up to the last fact, or by the client when it is back.
    mutating func settleDrafts() {
        let drafts = ledger.drafts.values.sorted { $0.utterance.startTime < $1.utterance.startTime }
        let last = SessionTime(seconds: ledger.lastTime)
        for draft in drafts {
            let start = SessionTime(seconds: draft.utterance.startTime)
            transcript.takeUp(draft.itemId, draft.utterance)
            switch draft.utterance.speaker {
            case .trainee:
                if let line = transcript.transcribed(draft.itemId, TranscriptRecorder.inaudible, at: last) {
                    publish(line)
                }
            case .avatar:
                var speech = Speech()
                speech.words.complete(draft.utterance.text)
                speech.breakOff()
                speech.beganAt = start
                let soundMs = max(0, draft.soundMs)
                let heardMs = min(soundMs, max(0, last - start))
                speech.cut = PlaybackClock.Cut(itemId: draft.itemId, heardMs: heardMs, receivedMs: soundMs)
                speeches[draft.itemId] = speech
                sayCut(draft.itemId, from: start)
                cutInAbsence.append(draft.itemId)
            }
        }
    }
}
