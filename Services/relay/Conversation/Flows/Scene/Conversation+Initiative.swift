import Domain

/// What the customer says without being spoken to: the first words, and what they say to a thing that happens.
extension Conversation {
    /// Has the customer begin, if the scenario says so and the trainee has not.
    mutating func openTalk() {
        guard opening.isDue, upstream.isReady, !upstream.isAnswering else { return }
        guard record.isSilent, record.awaitingWords.isEmpty, !trainee.isSpeaking else { return opening.giveUp() }
        let first = opening.ask()
        command(.createItem(.system(id: first.itemId, text: RealtimePrompt.opening(first.line))))
        requestAnswer()
    }

    /// Has the customer say something to what happened, if nobody has spoken since. Without a client or a connection the
    /// answer is owed.
    mutating func answerScene() {
        guard scene.isAnswerDue else { return }
        tellScenes()
        let canSpeak = isTalking && upstream.isReady
        if canSpeak || phase == .live(.connecting) {
            let quietUntil = customer.playbackEnd == .zero ? now : customer.playbackEnd + Scene.patienceMs
            guard canSpeak, !scene.isWaitingToTell, isBetweenTurns, quietUntil <= now else {
                return scene.lookAgain(after: max(quietUntil - now, Scene.pollMs), &effects)
            }
        }
        scene.answerIsRequested()
        requestAnswer()
    }
}
