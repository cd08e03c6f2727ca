import Domain

extension LiveSession.StateMachine {
    /// Waits between attempts to connect, in milliseconds, before jitter; after the last there is none.
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
        unforgotten = []
        saidAgain = []
        lineOfItem = [:]
        // Sentences that are told again are turns already; nothing may be heard into the pauses between them.
        upstream.settings.detectsTurns = transcript.awaitingWords.isEmpty
        command(.updateSession(upstream.settings))
    }

    mutating func isConfigured() {
        guard upstream.stage == .configuring else { return }
        upstream.stage = .ready
        upstream.attempts = 0
        upstream.isOld = false
        act(.stop(.connect))
        if upstream.isLossTold || !upstream.wasReadyBefore { touch() }
        watch()
        if !upstream.wasReadyBefore {
            upstream.wasReadyBefore = true
            if !ledger.hasSystemEvent("Persona_Loaded") { system("Persona_Loaded") }
            act(.start(.idle, after: Idleness.firstLook(plan.limits.idle)))
        }
        replayConversation()
        if phase == .talking, upstream.isLossTold { send(.status(upstream: "ok")) }
        upstream.isLossTold = false
        if phase == .connecting {
            enter(.talking)
            greet()
        }
        sendKeptAudio()
    }

    /// The mood meter's first value. It is a fact when it is told, so that the order of facts is that of the messages.
    mutating func tellFirstAttitude() {
        guard phase == .talking, !ledger.hasAttitude else { return }
        let (value, direction) = (supervision.attitude, supervision.direction)
        record(.attitude(AttitudePoint(time: now.seconds, value: value, direction: direction)))
        tell { .attitude(.init(seq: $0, value: value, direction: direction)) }
    }

    /// What was said while nobody listened, from the beginning of the sentence.
    private mutating func sendKeptAudio() {
        let kept = unheard.resend(upTo: inputClock.position)
        guard !kept.isEmpty else { return }
        upstream.lastAudio = now
        act(.sendAudio(kept))
    }

    // MARK: Losing it

    mutating func lose(_ failure: RealtimeFailure, _ detail: String) {
        if upstream.isReady { breakOff() }
        upstream.stage = .none
        act(.stop(.connect))
        act(.stop(.stall))
        act(.stop(.renew))
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
            upstream.isLossTold = true
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
        unheard.drop(at: inputClock.position)
        client = nil
        enter(.waiting)
        act(.start(.resume, after: plan.limits.resume))
    }

    /// Closes what the lost connection leaves open: it will not go on with its answer. What it has not written down of the
    /// trainee's speech is said again to the next one.
    private mutating func breakOff() {
        upstream.losses += 1
        upstream.attempts = 0
        let wasAnswering = response.isRunning && !(response.id.map(response.calledOff.contains) ?? false)
        if !traineeSpeaks, wasAnswering || response.isWanted || answerDueSince != nil { isAnswerOwed = true }
        answerDueSince = nil
        traineeSpeaks = false
        unheard.lose(at: inputClock.position)
        act(.stop(.retryResponse))
        for id in unsettledSpeeches {
            if speeches[id]?.audioIsComplete == false { _ = playback.end(id) }
            speeches[id]?.breakOff()
        }
        for line in transcript.awaitingWords {
            guard (unheard.awaited[line]?.count ?? 0) < Self.shortestSentence else { continue }
            transcribed(line, TranscriptRecorder.inaudible)
        }
    }

    /// Bytes; less is refused as nothing when it is said again.
    private static let shortestSentence = 100 * PCM.bytesPerMillisecond

    /// What OpenAI says about it stays in our log: it may name the account.
    mutating func failForGood(_ code: String) {
        tell { Self.upstreamFailed($0, code) }
        if client?.isReady == false {
            send(
                .error(
                    seq: nil, code: "upstream_failed", message: "The voice service refused the conversation (\(code)).",
                    fatal: true, retryAfterMs: nil))
        }
        finish(.upstream(code: code))
    }

    static func upstreamFailed(_ seq: Int, _ code: String) -> ServerMessage {
        .error(
            seq: seq, code: "upstream_failed", message: "The voice service has ended the conversation (\(code)).",
            fatal: true, retryAfterMs: nil)
    }
}
