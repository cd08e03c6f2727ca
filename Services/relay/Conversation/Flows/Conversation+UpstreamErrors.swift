import Domain

/// Errors of the Realtime API, and what each asks us to do.
extension Conversation {
    mutating func hear(_ error: RealtimeError) {
        let kind = error.eventId.flatMap { $0.split(separator: "_").first }.map(String.init)
        // While a connection is configured, an error without an id can only be about its settings if it names one.
        let isUpdate =
            kind == "session"
            || upstream.isConfiguring && kind == nil
                && (error.param?.hasPrefix("session") == true || OptionalKey(refusedBy: error) != nil)
        let failure = RealtimeFailure(error, isSessionUpdate: isUpdate)
        var details = ["code": error.name ?? "none", "param": error.param ?? "none", "event": error.eventId ?? "none"]
        details["message"] = error.message.map { String($0.prefix(300)) }
        if kind == "commit", let sentence = error.eventId.flatMap({ trainee.refuseResaid($0) }) { inaudible(sentence) }
        // What we cancel or cut may have ended by itself at the same moment.
        let isRace = ["truncate", "delete", "cancel", "commit", "clear"].contains(kind)
        switch failure {
        case _ where isRace, .benign: log(.info, "upstream error without effect", details)
        case .askAgainAfterResponse:
            // Without an id the error may be about another request: some proxies send their own `response.create`.
            guard kind == "response" || kind == nil && upstream.isAnswerRequested else {
                return log(.info, "upstream error without effect", details)
            }
            upstream.forgetRequest()
            upstream.wantAnswer()
        case .retryResponse, .retryResponseOnce:
            log(.warning, "upstream is in trouble", details)
            // Most errors concern no awaited answer.
            guard kind == "response" || upstream.isAnswerRequested else { return }
            upstream.forgetRequest()
            retryAnswer(after: failure)
        case .optionalKeyRefused(let key):
            guard upstream.leaveOut(key, &effects) else { return settingsRefused(details) }
            log(.warning, "a setting was refused, continuing without", details)
            effects.perform(.remember(.key(key)))
        case .transcriptionRefused: transcriptionRefused(details)
        // The fallback may be refused beside other settings, which the error then names.
        case .fatal(code: "session_refused") where upstream.isTryingTranscription: transcriptionRefused(details)
        case .voiceRefused:
            guard upstream.hasVoice else { return settingsRefused(details) }
            log(.warning, "voice refused, continuing without", details)
            upstream.goOnWithoutVoice(&effects)
        case .ourMistake:
            log(.error, "upstream rejected an event", details)
            if kind == "response" { upstream.forgetRequest() }
        case .reconnect, .fatal:
            log(.error, "upstream failed", details)
            effects.perform(.disconnect)
            lose(failure, "error event")
        }
    }

    // MARK: What the trainee says is not written down

    private mutating func transcriptionRefused(_ details: [String: String]) {
        guard let model = upstream.transcriptionModel else { return settingsRefused(details) }
        effects.perform(.remember(.transcription(model: model)))
        changeTranscription(from: model, wordsAreLost: false, details)
    }

    mutating func transcriptionFailed(_ itemId: String, _ code: String?) {
        log(.info, "words of the trainee could not be transcribed", ["code": code ?? "none"])
        // A failure that is stated twice is one.
        let isNews = record.said(trainee.sentence(of: itemId)) == nil
        transcribed(itemId, TranscriptRecorder.inaudible)
        guard isNews, upstream.transcriptionFailed(code), let model = upstream.transcriptionModel else { return }
        changeTranscription(from: model, wordsAreLost: true, ["code": code ?? "none"])
    }

    private mutating func changeTranscription(
        from model: String, wordsAreLost: Bool, _ details: [String: String]
    ) {
        upstream.tryNextTranscription(wordsAreLost: wordsAreLost, &effects)
        if wordsAreLost { recordLostWords() }
        guard let next = upstream.transcriptionModel else {
            recordLostWords()
            return log(
                .error, "no transcription model works, the trainee's words are not written down",
                details.merging(["model": model]) { $1 })
        }
        log(
            .warning, "transcription does not work, trying another model",
            details.merging(["model": model, "next": next]) { $1 })
    }

    /// Tells the client once it can hear it.
    mutating func tellOfLostWords() {
        guard client.isListening, upstream.takeTranscriptionNotice() else { return }
        client.complain(
            .transcriptionFailed,
            upstream.transcriptionModel == nil
                ? "What the trainee says cannot be written down. The talk goes on, and its score needs a person's look."
                : "What the trainee said could not be written down. Another way is tried.", &effects)
    }

    private mutating func settingsRefused(_ details: [String: String]) {
        log(.error, "upstream refused the session's settings", details)
        effects.perform(.disconnect)
        lose(.fatal(code: "session_refused"), "settings refused")
    }
}
