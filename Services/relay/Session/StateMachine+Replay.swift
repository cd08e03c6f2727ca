import Domain

extension LiveSession.StateMachine {
    /// Tells a new connection what was said so far, in order: as text where the words are known, else once more as sound.
    mutating func replayConversation() {
        let lines = linesToReplay()
        if !lines.isEmpty {
            for line in lines { replay(line) }
            command(.createItem(.system(id: nextReplayId(), text: RealtimePrompt.anchor(plan.persona))))
            if let lastState { stateToInject = lastState }
        }
        guard !upstream.settings.detectsTurns else { return }
        upstream.settings.detectsTurns = true
        command(.updateSession(upstream.settings))
    }

    private enum Replayed {
        case words(Speaker, String)
        case sound(line: String)
    }

    private mutating func linesToReplay() -> [Replayed] {
        transcript.conversation.compactMap { line in
            if let said = line.said { return .words(line.speaker, said.text) }
            guard let id = line.id else { return nil }
            if line.awaitsWords { return .sound(line: id) }
            // On its way to the trainee's ear, and said in a moment.
            guard unsettledSpeeches.contains(id), playback.receivedMs(of: id) > 0 else { return nil }
            return .words(.avatar, audibleWords(of: id))
        }
    }

    private mutating func replay(_ line: Replayed) {
        switch line {
        case .words(_, let text) where text.isEmpty: break
        case .words(.trainee, let text): command(.createItem(.user(id: nextReplayId(), text: text)))
        case .words(.avatar, let text): command(.createItem(.assistant(id: nextReplayId(), text: text)))
        case .sound(let line):
            guard let range = unheard.awaited[line] else { return }
            act(.sendAudio(range))
            if let eventId = command(.commitAudio) { saidAgain.append((line, eventId)) }
        }
    }

    private mutating func nextReplayId() -> String {
        replayedItems += 1
        return "re_\(replayedItems)"
    }
}
