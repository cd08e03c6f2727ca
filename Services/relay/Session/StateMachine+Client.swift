import Domain

extension LiveSession.StateMachine {
    /// The client that is connected now.
    struct Client {
        /// It has been told `ready`.
        var isReady = false
        /// The first message that this connection may get live. Until a client that was here before has said what it
        /// missed, newer ones wait: it would take them for all there was.
        var holdsFrom: Int?
        /// A `resume` that came before `ready`.
        var earlyResume: (lastSeq: Int, played: ClientMessage.Played?)?
        var wasToldAudioIsEarly = false
        var nonsense = 0
        /// Puts the times of its events onto the session's clock.
        var clock = EventClock()
    }

    /// The session is there; its client may have left while it was being opened.
    mutating func open() {
        let isAbandoned = !ledger.facts.isEmpty && now.seconds - ledger.lastTime > plan.limits.longestSilence
        if let over = isOverSince ?? (isAbandoned ? .relayLost : nil) {
            // It was over when the last of it was recorded.
            now = SessionTime(seconds: ledger.lastTime)
            settleDrafts()
            return finish(over)
        }
        settleDrafts()
        act(.start(.resume, after: plan.limits.resume))
    }

    mutating func begin() {
        act(.welcome)
        act(.stop(.resume))
        client = Client(holdsFrom: outbox.lastSeq > 0 ? outbox.lastSeq + 1 : nil)
        if !ledger.hasSystemEvent("Session_Start") { system("Session_Start") }
        enter(.connecting)
        startTiming()
        upstream.attempts = 0
        connect()
    }

    mutating func welcomeBack() {
        if client != nil {
            send(
                .error(
                    seq: nil, code: "replaced", message: "A newer connection has taken over this session.", fatal: true,
                    retryAfterMs: nil))
            act(.close(code: 4409, reason: "replaced"))
            stopPlaybackUnheard()
        }
        act(.welcome)
        client = Client(holdsFrom: outbox.lastSeq > 0 ? outbox.lastSeq + 1 : nil)
        act(.stop(.resume))
        if phase == .suspended { enter(upstream.isReady ? .talking : .connecting) }
        touch()
        switch phase {
        case .talking, .ending, .ended: greet()
        case .waiting, .connecting, .suspended: break
        }
    }

    /// Tells the client that audio is welcome, or that the session is over.
    mutating func greet() {
        guard client != nil else { return }
        client?.isReady = true
        var ready = ServerMessage.Ready(
            sessionId: plan.sessionId, seq: outbox.lastSeq, sessionTime: now.seconds,
            resumeWindowMs: plan.limits.resume.milliseconds)
        if phase == .ended { ready.state = .ended }
        send(.ready(ready))
        if let early = client?.earlyResume {
            client?.earlyResume = nil
            resume(after: early.lastSeq, early.played)
        } else if client?.holdsFrom != nil {
            act(.start(.resumeGrace, after: plan.limits.resumeGrace))
        } else {
            playback.goOn(at: now)
        }
        tellFirstAttitude()
    }

    mutating func suspend() {
        client = nil
        stopPlaybackUnheard()
        enter(.suspended)
        act(.start(.resume, after: plan.limits.resume))
    }

    /// Nobody hears the customer and nobody is heard any more. An answer that this costs is owed to who comes back.
    mutating func stopPlaybackUnheard() {
        playback.stop(at: now)
        unheard.drop(at: inputClock.position)
        if upstream.isReady {
            command(.clearAudio)
            if !traineeSpeaks, response.isRunning || response.isWanted || answerDueSince != nil { isAnswerOwed = true }
            response.isWanted = false
            act(.stop(.retryResponse))
            if response.isRunning {
                // What was said of it stays said; the rest is not worth saying to nobody.
                cancelResponse()
                silenceInAbsence()
            }
        }
        traineeSpeaks = false
    }

    /// Sends the client away with a reason. It may come back.
    mutating func dismiss(code: Int, _ reason: String) {
        act(.close(code: code, reason: reason))
        switch phase {
        case .connecting, .talking: suspend()
        case .waiting, .suspended, .ending, .ended: client = nil
        }
    }
}
