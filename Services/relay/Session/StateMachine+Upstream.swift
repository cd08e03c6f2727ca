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
        /// When audio was last sent to it.
        var lastAudio = SessionTime.zero
        /// The client has been told that it is lost.
        var isLossTold = false
        /// Its session will end by itself before long: a new line is to take its place in the next pause.
        var isOld = false
        /// Until then an exhausted limit holds back answers.
        var limitedUntil = SessionTime.zero

        var isReady: Bool { stage == .ready }
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
        case .itemDeleted, .other: break
        case .sessionCreated(_, let expiresAt): scheduleRenewal(expiresAt: expiresAt)
        case .rateLimits(let seconds):
            upstream.limitedUntil = now + Int(min(max(seconds, 0), Self.longestLimit) * 1_000)
        case .sessionUpdated: isConfigured()
        case .error(let error): hear(error)

        case .speechStarted(let itemId, let audioStartMs): speechStarted(itemId, audioStartMs)
        case .speechStopped(let itemId, let audioEndMs): speechStopped(itemId, audioEndMs)
        case .committed(let itemId, let predecessor):
            transcript.place(itemId, after: predecessor)
            if takesPlaceOfLine(itemId) { return }
            traineeSpeaks = false
            answerDueSince = now
            watch()
            ending?.expectsCommit = false
            openSentence(itemId)

        case .itemAdded(let item, let predecessor):
            transcript.place(item.id, after: predecessor)
            switch item.kind {
            // Ours are in the record already.
            case .user where Self.isOurs(item.id), .assistant where Self.isOurs(item.id): break
            case .user: if !takesPlaceOfLine(item.id) { openSentence(item.id) }
            case .assistant: openSpeech(item.id, responseId: nil)
            case .system, .functionCall, .other: break
            }
        case .transcribed(let itemId, let text, let unsureWords):
            transcribed(itemId, text, unsureWords: unsureWords)
        case .transcriptionFailed(let itemId, let code):
            note(.info, "words of the trainee could not be transcribed", ["code": code ?? "none"])
            transcribed(itemId, TranscriptRecorder.inaudible)

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
            addWords(delta, to: itemId)
        case .wordsDone(let itemId, let responseId, let text):
            openSpeech(itemId, responseId: responseId)
            speeches[itemId]?.words.complete(text)
            speeches[itemId]?.textIsComplete = true
        }
    }

    /// Seconds that a limit is waited for at most; the trainee has long asked again by then.
    private static let longestLimit = 20.0

    private static func isOurs(_ id: String) -> Bool { id.hasPrefix("line_") || id.hasPrefix("re_") }

    private mutating func hear(_ error: RealtimeError) {
        let kind = error.eventId.flatMap { $0.split(separator: "_").first }.map(String.init)
        let isUpdate =
            kind == "session"
            || upstream.stage == .configuring && kind == nil && error.param?.hasPrefix("session") == true
        let failure = RealtimeFailure(error, isSessionUpdate: isUpdate)
        var details = ["code": error.code ?? "none", "param": error.param ?? "none", "event": error.eventId ?? "none"]
        details["message"] = error.message.map { String($0.prefix(300)) }
        if kind == "commit", let eventId = error.eventId { lineIsNotHeard(eventId) }
        // What we take back or cut short may have come to an end by itself in the same moment.
        let isRace = ["truncate", "delete", "cancel", "commit", "clear"].contains(kind)
        switch failure {
        case _ where isRace, .benign: note(.info, "upstream error without effect", details)
        case .askAgainAfterResponse:
            response.isRequested = false
            response.isWanted = true
        case .retryResponse, .retryResponseOnce:
            note(.warning, "upstream is in trouble", details)
            // Most errors concern nothing that anybody waits for.
            guard kind == "response" || response.isRequested else { return }
            response.isRequested = false
            retryResponse(after: failure)
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
