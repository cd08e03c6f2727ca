import Domain

/// What the Realtime API sends.
extension Conversation {
    mutating func hear(_ event: RealtimeEvent) {
        upstream.heard(at: now)
        switch event {
        case .itemDeleted, .other: break
        // Comes as `Input.customerAudio`.
        case .audio: break
        case .sessionCreated(_, let expiresAt): scheduleRenewal(expiresAt: expiresAt)
        case .rateLimits(let seconds): upstream.limit(seconds: seconds, at: now)
        case .sessionUpdated: upstreamIsConfigured()
        case .error(let error): hear(error)

        case .speechStarted(let itemId, let audioStartMs): speechStarted(itemId, audioStartMs)
        case .speechStopped(let itemId, let audioEndMs): speechStopped(itemId, audioEndMs)
        case .committed(let itemId, let predecessor): committed(itemId, after: predecessor)
        case .itemAdded(let item, let predecessor): itemAdded(item, after: predecessor)
        case .transcribed(let itemId, let text, let unsureWords):
            transcribed(itemId, text, unsureWords: unsureWords)
        case .transcriptionFailed(let itemId, let code):
            log(.info, "words of the trainee could not be transcribed", ["code": code ?? "none"])
            transcribed(itemId, TranscriptRecorder.inaudible)

        case .responseCreated(let id): answerBegan(id)
        case .responseDone(let done): answerEnded(done)
        case .outputItem(let item, let responseId, _):
            if item.kind == .assistant { openUtterance(item.id, responseId: responseId) }
        case .audioDone(let itemId, _): customer.completeAudio(of: itemId)
        case .words(let itemId, let responseId, let delta): addWords(delta, to: itemId, responseId: responseId)
        case .wordsDone(let itemId, let responseId, let text): completeWords(text, of: itemId, responseId: responseId)
        }
    }

    private mutating func itemAdded(_ item: RealtimeEvent.Item, after predecessor: RealtimeEvent.Predecessor) {
        record.place(item.id, after: predecessor)
        switch item.kind {
        // Ours are in the record already.
        case .user where Upstream.isOurs(item.id), .assistant where Upstream.isOurs(item.id): break
        case .user: if !trainee.repeats(item.id, isNew: !record.knows(item.id)) { openSentence(item.id) }
        case .assistant: openUtterance(item.id, responseId: nil)
        case .system, .functionCall, .other: break
        }
    }

    private mutating func hear(_ error: RealtimeError) {
        let kind = error.eventId.flatMap { $0.split(separator: "_").first }.map(String.init)
        let isUpdate =
            kind == "session" || upstream.isConfiguring && kind == nil && error.param?.hasPrefix("session") == true
        let failure = RealtimeFailure(error, isSessionUpdate: isUpdate)
        var details = ["code": error.code ?? "none", "param": error.param ?? "none", "event": error.eventId ?? "none"]
        details["message"] = error.message.map { String($0.prefix(300)) }
        if kind == "commit", let sentence = error.eventId.flatMap({ trainee.refuseResaid($0) }) { inaudible(sentence) }
        // What we take back or cut short may have come to an end by itself in the same moment.
        let isRace = ["truncate", "delete", "cancel", "commit", "clear"].contains(kind)
        switch failure {
        case _ where isRace, .benign: log(.info, "upstream error without effect", details)
        case .askAgainAfterResponse:
            upstream.forgetRequest()
            upstream.wantAnswer()
        case .retryResponse, .retryResponseOnce:
            log(.warning, "upstream is in trouble", details)
            // Most errors concern nothing that anybody waits for.
            guard kind == "response" || upstream.isAnswerRequested else { return }
            upstream.forgetRequest()
            retryAnswer(after: failure)
        case .transcriptionRefused:
            let refused = upstream.transcriptionModel
            guard upstream.fallBackToOtherTranscription(&effects) else { return settingsRefused(details) }
            details["model"] = refused
            log(.warning, "transcription model refused, falling back", details)
        case .voiceRefused:
            guard upstream.hasVoice else { return settingsRefused(details) }
            log(.warning, "voice refused, going on without", details)
            upstream.goOnWithoutVoice(&effects)
        case .ourMistake:
            log(.error, "upstream does not take what we sent", details)
            if kind == "response" { upstream.forgetRequest() }
        case .reconnect, .fatal:
            log(.error, "upstream gave up", details)
            effects.perform(.disconnect)
            lose(failure, "error event")
        }
    }

    private mutating func settingsRefused(_ details: [String: String]) {
        log(.error, "upstream refused the session's settings", details)
        effects.perform(.disconnect)
        lose(.fatal(code: "session_refused"), "settings refused")
    }
}
