import Domain

extension LiveSession.StateMachine {
    /// Waits between attempts to connect, in milliseconds; after the last there is none.
    static let connectDelays = [500, 1_000, 2_000, 4_000, 8_000]
    /// A line that is lost this often without one complete answer in between will not hold.
    static let mostLosses = 8

    // MARK: Connecting

    mutating func connect() {
        upstream.stage = .opening
        upstream.attempts += 1
        act(.start(.connect, after: plan.limits.connect))
        act(.connect(upstream.settings))
    }

    mutating func configure() {
        upstream.stage = .configuring
        inputClock.restart()
        transcript.restart()
        injectedItem = nil
        command(.updateSession(upstream.settings))
    }

    mutating func isConfigured() {
        guard upstream.stage == .configuring else { return }
        upstream.stage = .ready
        upstream.attempts = 0
        act(.stop(.connect))
        if !upstream.wasReadyBefore {
            upstream.wasReadyBefore = true
            if !ledger.hasSystemEvent("Persona_Loaded") { system("Persona_Loaded") }
            act(.start(.idle, after: plan.limits.idle))
        }
        lastActivity = now
        replayConversation()
        if phase == .talking {
            send(.status(upstream: "ok"))
            forwardHeldAudio()
            if isAnswerOwed { requestResponse() }
        }
        isAnswerOwed = false
        guard phase == .connecting else { return }
        enter(.talking)
        greet()
        if outbox.lastSeq == 0 {
            let (value, direction) = (supervision.attitude, supervision.direction)
            tell { .attitude(.init(seq: $0, value: value, direction: direction)) }
        }
        forwardHeldAudio()
    }

    private mutating func forwardHeldAudio() {
        guard let held = client?.heldAudioBytes, held > 0 else { return }
        inputClock.appended(held, at: now)
        client?.heldAudioBytes = 0
        act(.forwardHeldAudio)
    }

    /// Tells a new connection what was said so far. Audio cannot be given back, words can.
    private mutating func replayConversation() {
        let said = transcript.utterances
        guard !said.isEmpty else { return }
        for line in said {
            replayedItems += 1
            let id = "re_\(replayedItems)"
            command(
                .createItem(
                    line.speaker == .trainee ? .user(id: id, text: line.text) : .assistant(id: id, text: line.text)))
        }
        replayedItems += 1
        command(.createItem(.system(id: "re_\(replayedItems)", text: RealtimePrompt.anchor(plan.persona))))
        if supervision.evalSeq > 0 {
            stateToInject = RealtimePrompt.state(
                attitude: supervision.attitude, direction: supervision.direction, guidance: "")
        }
    }

    // MARK: Losing it

    mutating func lose(_ failure: RealtimeFailure, _ detail: String) {
        if upstream.isReady { breakOff() }
        upstream.stage = .none
        act(.stop(.connect))
        act(.stop(.stall))
        response = Response()
        act(.count(.upstreamLost))
        note(.warning, "upstream lost", ["failure": "\(failure)", "detail": detail])
        if phase == .ending {
            // Whatever has not come will not come any more; what was sent still plays out.
            ending?.gaveUpOnStragglers = true
            return
        }
        if case .fatal(let code) = failure {
            return failForGood(code)
        }
        if upstream.attempts <= Self.connectDelays.count, upstream.losses <= Self.mostLosses {
            send(.status(upstream: "reconnecting"))
            act(.start(.reconnect, after: .milliseconds(Self.connectDelays[max(0, upstream.attempts - 1)])))
            return
        }
        guard phase == .connecting, ledger.utterances.isEmpty else { return failForGood("upstream_lost") }
        // Nothing has been said yet, so the session can begin another time.
        send(
            .error(
                seq: nil, code: "upstream_unreachable", message: "The voice service cannot be reached at the moment.",
                fatal: true, retryAfterMs: 5_000))
        act(.close(code: 4503, reason: "upstream_unreachable"))
        act(.dropHeldAudio)
        client = nil
        enter(.waiting)
        act(.start(.resume, after: plan.limits.resume))
    }

    /// Closes what the lost connection leaves open: it will neither go on with its answer nor transcribe what it heard.
    private mutating func breakOff() {
        upstream.losses += 1
        upstream.attempts = 0
        isAnswerOwed = response.isRunning || response.isWanted || answerDueSince != nil
        answerDueSince = nil
        traineeSpeaks = false
        act(.stop(.retryResponse))
        for id in unsettledSpeeches {
            speeches[id]?.textIsComplete = true
            speeches[id]?.audioIsComplete = true
        }
        for id in transcript.awaitingWords {
            if let utterance = transcript.transcribed(id, TranscriptRecorder.inaudible, at: now) { publish(utterance) }
        }
    }

    /// What OpenAI says about it stays in our log: it may name the account.
    mutating func failForGood(_ code: String) {
        tell {
            .error(
                seq: $0, code: "upstream_failed", message: "The voice service has ended the conversation (\(code)).",
                fatal: true, retryAfterMs: nil)
        }
        if client?.isReady == false {
            send(
                .error(
                    seq: nil, code: "upstream_failed", message: "The voice service refused the conversation (\(code)).",
                    fatal: true, retryAfterMs: nil))
        }
        finish(.upstream(code: code))
    }

    /// Not a sound while an answer was due: the connection is dead, whatever TCP believes.
    mutating func considerStall() {
        guard response.isRunning else { return }
        let silence = now - upstream.lastEvent
        let limit = plan.limits.stall.milliseconds
        if silence >= limit {
            act(.disconnect)
            lose(.reconnect, "stalled")
        } else {
            act(.start(.stall, after: .milliseconds(limit - silence)))
        }
    }
}
