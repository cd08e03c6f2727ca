import Domain

/// Errors of the Realtime API, and what each asks us to do.
extension Conversation {
    mutating func hear(_ error: RealtimeError) {
        let kind = error.eventId.flatMap { $0.split(separator: "_").first }.map(String.init)
        let isUpdate =
            kind == "session" || upstream.isConfiguring && kind == nil && error.param?.hasPrefix("session") == true
        let failure = RealtimeFailure(error, isSessionUpdate: isUpdate)
        var details = ["code": error.code ?? "none", "param": error.param ?? "none", "event": error.eventId ?? "none"]
        details["message"] = error.message.map { String($0.prefix(300)) }
        if kind == "commit", let sentence = error.eventId.flatMap({ trainee.refuseResaid($0) }) { inaudible(sentence) }
        // What we cancel or cut may have ended by itself at the same moment.
        let isRace = ["truncate", "delete", "cancel", "commit", "clear"].contains(kind)
        switch failure {
        case _ where isRace, .benign: log(.info, "upstream error without effect", details)
        case .askAgainAfterResponse:
            upstream.forgetRequest()
            upstream.wantAnswer()
        case .retryResponse, .retryResponseOnce:
            log(.warning, "upstream is in trouble", details)
            // Most errors concern no awaited answer.
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

    private mutating func settingsRefused(_ details: [String: String]) {
        log(.error, "upstream refused the session's settings", details)
        effects.perform(.disconnect)
        lose(.fatal(code: "session_refused"), "settings refused")
    }
}
