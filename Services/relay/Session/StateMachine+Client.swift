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
        var heldAudioBytes = 0
        var wasToldAudioIsEarly = false
        var nonsense = 0
    }

    // MARK: Coming and going

    /// The session is there; its client may have left while it was being opened.
    mutating func open() {
        if wasOver { return finish(.relayLost) }
        act(.start(.resume, after: plan.limits.resume))
    }

    mutating func begin() {
        let isFirst = ledger.facts.isEmpty
        act(.welcome)
        act(.stop(.resume))
        client = Client(holdsFrom: outbox.lastSeq > 0 ? outbox.lastSeq + 1 : nil)
        if isFirst { system("Session_Start") }
        enter(.connecting)
        if !isTimed {
            isTimed = true
            act(.start(.session, after: .milliseconds(max(0, plan.limits.session.milliseconds - now.milliseconds))))
        }
        if isFirst {
            let attitude = supervision.attitude
            record(.attitude(AttitudePoint(time: now.seconds, value: attitude, direction: .steady)))
        }
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
            act(.dropHeldAudio)
            stopPlaybackUnheard()
        }
        act(.welcome)
        client = Client(holdsFrom: outbox.lastSeq > 0 ? outbox.lastSeq + 1 : nil)
        act(.stop(.resume))
        if phase == .suspended { enter(upstream.isReady ? .talking : .connecting) }
        lastActivity = now
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
    }

    mutating func suspend() {
        client = nil
        act(.dropHeldAudio)
        stopPlaybackUnheard()
        enter(.suspended)
        act(.start(.resume, after: plan.limits.resume))
    }

    /// Nobody hears the customer and nobody is heard any more.
    private mutating func stopPlaybackUnheard() {
        playback.stop(at: now)
        if upstream.isReady {
            command(.clearAudio)
            if response.isRunning {
                // What was said of it stays said; the rest is not worth saying to nobody.
                cancelResponse()
                silence()
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

    // MARK: Resuming

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
        silence()
        playback.goOn(at: now)
    }

    // MARK: Messages

    mutating func receive(_ message: ClientMessage) {
        if case .resume(let lastSeq, let played) = message { return resume(after: lastSeq, played) }
        if case .ping(let t) = message { return send(.pong(t: t)) }
        goOnWithoutResume()
        switch message {
        case .resume, .ping: break
        case .event(let event): takeLive(event)
        case .played(let played): playback.played(played.offsetMs, of: played.itemId, at: now)
        case .text(let text): type(text)
        case .endSession:
            switch phase {
            case .connecting, .talking: finish(.endSession)
            case .waiting, .suspended, .ending, .ended: break
            }
        }
    }

    private mutating func type(_ text: String) {
        guard phase == .talking else { return complain("not_ready", "Nobody is there to read this line.") }
        guard text.contains(where: { !$0.isWhitespace }), text.count <= plan.limits.text else {
            return complain("invalid_message", "A text line has 1 to \(plan.limits.text) characters.")
        }
        lastActivity = now
        interrupt()
        typedLines += 1
        let id = "line_\(typedLines)"
        transcript.place(id, after: .unknown)
        command(.createItem(.user(id: id, text: text)))
        if let utterance = transcript.transcribed(id, text, at: now) { publish(utterance) }
        if response.isRunning { cancelResponse() }
        requestResponse()
    }

    mutating func object(to code: String, _ message: String) {
        guard client != nil else { return }
        goOnWithoutResume()
        client?.nonsense += 1
        if let count = client?.nonsense, count > plan.limits.invalidMessages {
            send(
                .error(
                    seq: nil, code: code, message: "Too many messages that are not of this protocol. \(message)",
                    fatal: true,
                    retryAfterMs: nil))
            return dismiss(code: 1007, code)
        }
        complain(code, message)
    }

    /// To the client alone; not a part of what a resume gives again.
    mutating func complain(_ code: String, _ message: String) {
        send(.error(seq: nil, code: code, message: message, fatal: false, retryAfterMs: nil))
    }

    // MARK: Sending

    mutating func send(_ message: ServerMessage) {
        if client != nil { act(.send(message)) }
    }

    /// Numbers a message, keeps it for a resume, and sends it to a client that is ready for it.
    mutating func tell(_ make: (Int) -> ServerMessage) {
        let message = outbox.add(make)
        if let client, client.isReady, client.holdsFrom == nil { act(.send(message)) }
    }

    // MARK: Audio

    /// Audio of the client has come.
    mutating func clientAudio(_ byteCount: Int, at time: SessionTime) -> (
        LiveSession.AudioDecision, [LiveSession.Action]
    ) {
        now = max(now, time)
        switch phase {
        case .talking where !upstream.isReady:
            // The line is being built anew; what is said in the meantime is heard when it stands, the last of it at most.
            guard let held = client?.heldAudioBytes, held + byteCount <= plan.limits.heldAudioBytes else {
                return (.drop, [])
            }
            client?.heldAudioBytes += byteCount
            return (.hold, [])
        case .talking:
            if client?.holdsFrom != nil {
                goOnWithoutResume()
            }
            inputClock.appended(byteCount, at: now)
            let followUp = actions
            actions = []
            return (.forward(offsetMs: 0), followUp)
        case .connecting:
            guard let held = client?.heldAudioBytes else { return (.drop, []) }
            if held + byteCount <= plan.limits.heldAudioBytes {
                client?.heldAudioBytes += byteCount
                return (.hold, [])
            }
            guard client?.wasToldAudioIsEarly == false else { return (.drop, []) }
            client?.wasToldAudioIsEarly = true
            complain("not_ready", "Audio is welcome after `ready`; two seconds of it are kept until then.")
            let followUp = actions
            actions = []
            return (.drop, followUp)
        case .waiting, .suspended, .ending, .ended: return (.drop, [])
        }
    }
}
