import Domain

/// A client that is ready is greeted; one that comes back says what it missed and how far it played.
extension Conversation {
    /// Tells the client that audio is welcome, or that the session is over.
    mutating func greet() {
        guard client.isConnected else { return }
        var ready = ServerMessage.Ready(
            sessionId: plan.sessionId, seq: client.lastSeq, sessionTime: now.seconds,
            resumeWindowMs: plan.limits.resume.milliseconds)
        if phase == .ended { ready.state = .ended }
        client.beReady(ready, &effects)
        if let early = client.takeEarlyResume() {
            resume(early)
        } else if client.isHeld {
            effects.start(.resumeGrace, after: plan.limits.resumeGrace)
        } else {
            resumePlayback()
        }
        sendFirstAttitude()
    }

    /// The attitude's first value. It becomes a fact when it is sent, so that facts and messages have the same order.
    private mutating func sendFirstAttitude() {
        guard isTalking, !record.hasAttitude else { return }
        let (value, direction) = (supervision.attitude, supervision.direction)
        write(.attitude(AttitudePoint(time: now.seconds, value: value, direction: direction)))
        sendNumbered { .attitude(.init(seq: $0, value: value, direction: direction)) }
    }

    mutating func resume(_ resume: Client.Resume) {
        guard client.isReady else { return client.keepResume(resume) }
        guard client.countResume() <= plan.limits.resumes else {
            return client.complainOnce(
                .invalidMessage, "One `resume` follows a `ready`; this connection has sent too many.", &effects)
        }
        effects.stop(.resumeGrace)
        client.endHold()
        guard let count = client.resend(after: resume.lastSeq, &effects) else {
            send(.resumeFailed(code: .historyExpired, seq: client.lastSeq))
            return continueFromHere()
        }
        if let played = resume.played { customer.played(played.offsetMs, of: played.itemId, at: now) }
        let current = customer.current(at: now)
        resumePlayback()
        if let current { client.replayAudio(of: current.id, fromMs: current.heardMs, &effects) }
        send(.resumed(from: resume.lastSeq + 1, to: client.lastSeq, replayed: count))
        settleCutsInAbsence(resume.played)
    }

    /// A client that does not resume, for example one written from the spec alone, gets what is new.
    mutating func goOnWithoutResume() {
        guard client.isHeld, client.isReady else { return }
        effects.stop(.resumeGrace)
        client.sendHeld(&effects)
        continueFromHere()
    }

    /// This client has none of the audio that was on its way to the last one.
    private mutating func continueFromHere() {
        settleCutsInAbsence(nil)
        for cut in cut() { client.silence(cut.itemId, heardMs: cut.heardMs, &effects) }
        resumePlayback()
    }
}
