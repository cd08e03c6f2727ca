import Domain

extension LiveSession.StateMachine {
    /// The line to OpenAI.
    struct Upstream {
        enum Stage { case none, opening, configuring, ready }

        var stage = Stage.none
        var settings: RealtimeSettings
        /// Connections tried since the last one that answered.
        var attempts = 0
        var commands = 0
        /// Times that a line was lost since the last complete answer.
        var losses = 0
        var fellBack = false
        var wasReadyBefore = false
        var lastEvent = SessionTime.zero

        var isReady: Bool { stage == .ready }
    }

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

    private mutating func isConfigured() {
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

    // MARK: Speaking to it

    /// - Returns: the `event_id`, whose first part tells what kind of event it names.
    @discardableResult
    mutating func command(_ command: RealtimeCommand) -> String? {
        guard upstream.stage == .configuring || upstream.stage == .ready else { return nil }
        upstream.commands += 1
        let id = "\(command.kind)_\(upstream.commands)"
        act(.command(command, eventId: id))
        return id
    }

    // MARK: Hearing from it

    mutating func hear(_ event: RealtimeEvent) {
        upstream.lastEvent = now
        switch event {
        case .sessionCreated, .rateLimits, .itemDeleted, .other: break
        case .sessionUpdated: isConfigured()
        case .error(let error): hear(error)

        case .speechStarted(let itemId, let audioStartMs):
            traineeSpeaks = true
            answerDueSince = nil
            lastActivity = now
            if let itemId {
                transcript.speechStarted(
                    itemId, at: audioStartMs.map { inputClock.time(of: $0, now: now) } ?? now)
            }
            interrupt()
        case .speechStopped(let itemId, let audioEndMs):
            traineeSpeaks = false
            answerDueSince = now
            lastActivity = now
            if let itemId {
                transcript.speechStopped(itemId, at: audioEndMs.map { inputClock.time(of: $0, now: now) } ?? now)
            }
        case .committed(let itemId, let predecessor):
            traineeSpeaks = false
            answerDueSince = now
            ending?.expectsCommit = false
            transcript.place(itemId, after: predecessor)
            transcript.open(itemId, by: .trainee)

        case .itemAdded(let item, let predecessor):
            transcript.place(item.id, after: predecessor)
            switch item.kind {
            // Ours are in the record already.
            case .user where Self.isOurs(item.id), .assistant where Self.isOurs(item.id): break
            case .user: transcript.open(item.id, by: .trainee)
            case .assistant: openSpeech(item.id, responseId: nil)
            case .system, .functionCall, .other: break
            }
        case .transcribed(let itemId, let text):
            if let utterance = transcript.transcribed(itemId, text, at: now) { publish(utterance) }
        case .transcriptionFailed(let itemId, let code):
            note(.info, "words of the trainee could not be transcribed", ["code": code ?? "none"])
            if let utterance = transcript.transcribed(itemId, TranscriptRecorder.inaudible, at: now) {
                publish(utterance)
            }

        case .responseCreated(let id): responseBegan(id)
        case .responseDone(let done): responseEnded(done)
        case .outputItem(let item, let responseId, _):
            if item.kind == .assistant {
                openSpeech(item.id, responseId: responseId)
            }
        // Audio comes by `upstreamAudio`, which the session calls in its place.
        case .audio: break
        case .audioDone(let itemId, _): speeches[itemId]?.audioIsComplete = true
        case .words(let itemId, let responseId, let delta):
            openSpeech(itemId, responseId: responseId)
            speeches[itemId]?.text += delta
        case .wordsDone(let itemId, let responseId, let text):
            openSpeech(itemId, responseId: responseId)
            speeches[itemId]?.text = text
            speeches[itemId]?.textIsComplete = true
        }
    }

    private static func isOurs(_ id: String) -> Bool { id.hasPrefix("line_") || id.hasPrefix("re_") }

    private mutating func hear(_ error: RealtimeError) {
        let kind = error.eventId.flatMap { $0.split(separator: "_").first }.map(String.init)
        let isUpdate =
            kind == "session"
            || upstream.stage == .configuring && kind == nil && error.param?.hasPrefix("session") == true
        let failure = RealtimeFailure(error, isSessionUpdate: isUpdate)
        var details = ["code": error.code ?? "none", "param": error.param ?? "none", "event": error.eventId ?? "none"]
        details["message"] = error.message.map { String($0.prefix(300)) }
        // What we take back or cut short may have come to an end by itself in the same moment.
        let isRace = ["truncate", "delete", "cancel", "commit", "clear"].contains(kind)
        switch failure {
        case _ where isRace, .benign: note(.info, "upstream error without effect", details)
        case .askAgainAfterResponse:
            response.isRequested = false
            response.isWanted = true
        case .retryResponse:
            note(.warning, "upstream is in trouble", details)
            response.isRequested = false
            retryResponse()
        case .transcriptionRefused
        where !upstream.fellBack
            && upstream.settings.transcriptionModel != RealtimeSettings.fallbackTranscriptionModel:
            note(
                .warning, "transcription model refused, falling back",
                details.merging(["model": upstream.settings.transcriptionModel]) { first, _ in first })
            upstream.fellBack = true
            upstream.settings.transcriptionModel = RealtimeSettings.fallbackTranscriptionModel
            command(.updateSession(upstream.settings))
        case .voiceRefused where upstream.settings.voice != nil:
            note(.warning, "voice refused, going on without", details)
            upstream.settings.voice = nil
            command(.updateSession(upstream.settings))
        case .transcriptionRefused, .voiceRefused:
            note(.error, "upstream refused the session's settings", details)
            act(.disconnect)
            lose(.fatal(code: "session_refused"), "settings refused")
        case .ourMistake:
            note(.error, "upstream does not take what we sent", details)
            if kind == "response" { response.isRequested = false }
        case .reconnect, .fatal:
            note(.error, "upstream gave up", details)
            act(.disconnect)
            lose(failure, "error event")
        }
    }
}

extension RealtimeCommand {
    /// The first part of its event id: what an error that names the id is about.
    fileprivate var kind: String {
        switch self {
        case .updateSession: "session"
        case .commitAudio: "commit"
        case .clearAudio: "clear"
        case .createItem: "item"
        case .deleteItem: "delete"
        case .truncate: "truncate"
        case .createResponse: "response"
        case .cancelResponse: "cancel"
        }
    }
}
