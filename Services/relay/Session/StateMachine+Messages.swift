import Domain

extension LiveSession.StateMachine {
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
        touch()
        cancelResponse()
        interrupt()
        typedLines += 1
        let id = "line_\(typedLines)"
        transcript.place(id, after: .unknown)
        command(.createItem(.user(id: id, text: text)))
        if let utterance = transcript.transcribed(id, text, at: now) { publish(utterance) }
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

    /// Audio of the client has come. What is not dropped has a position: it is the last of `inputClock.position`.
    mutating func clientAudio(_ byteCount: Int, at time: SessionTime) -> (
        LiveSession.AudioDecision, [LiveSession.Action]
    ) {
        now = max(now, time)
        switch phase {
        case .talking:
            if client?.holdsFrom != nil { goOnWithoutResume() }
            let before = inputClock.position
            inputClock.received(byteCount, at: now)
            let followUp = actions
            actions = []
            // While the line is being built anew it is kept, and heard when that stands.
            guard upstream.isReady else { return (.hold, followUp) }
            inputClock.sent(before..<inputClock.position)
            upstream.lastAudio = now
            return (.forward(offsetMs: 0), followUp)
        case .connecting:
            let held = inputClock.position - unheard.keptFrom(inputClock.position)
            if held + byteCount <= plan.limits.heldAudioBytes || upstream.wasReadyBefore {
                inputClock.received(byteCount, at: now)
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
