import Domain

extension LiveSession.StateMachine {
    mutating func resume(after lastSeq: Int, _ played: ClientMessage.Played?) {
        guard client?.isReady == true else {
            client?.earlyResume = (lastSeq, played)
            return
        }
        act(.stop(.resumeGrace))
        client?.holdsFrom = nil
        guard let missed = outbox.messages(after: lastSeq) else {
            send(.resumeFailed(code: "history_expired", seq: outbox.lastSeq))
            goOnFromHere()
            return
        }
        for message in missed { act(.send(message)) }
        if let played { playback.played(played.offsetMs, of: played.itemId, at: now) }
        let current = playback.current(at: now)
        let heard = current.map { playback.heardMs(of: $0, at: now) } ?? 0
        playback.goOn(at: now)
        if let current { act(.replayAudio(itemId: current, fromMs: heard)) }
        send(.resumed(from: lastSeq + 1, to: outbox.lastSeq, replayed: missed.count))
        settleWhatWasCutUnheard(played)
    }

    /// A client that does not resume, as one written from the spec alone: it gets what is new.
    mutating func goOnWithoutResume() {
        guard let from = client?.holdsFrom, client?.isReady == true else { return }
        act(.stop(.resumeGrace))
        client?.holdsFrom = nil
        for message in outbox.messages(after: from - 1) ?? [] { act(.send(message)) }
        goOnFromHere()
    }

    /// This client has none of the audio that was on its way to the last one.
    private mutating func goOnFromHere() {
        settleWhatWasCutUnheard(nil)
        for cut in silence() { send(.audioClear(itemId: cut.itemId, heardMs: cut.heardMs)) }
        playback.goOn(at: now)
    }
}
