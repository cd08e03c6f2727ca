import Domain

/// What the customer is told of what happens around them.
extension Conversation {
    /// The customer sees what a client reports, once. An event from long ago, as in an upload at the end, is no news.
    mutating func see(_ sight: SceneSight, of event: SessionEvent) {
        switch phase {
        case .live(.connecting), .live(.talking), .live(.suspended): break
        case .waiting, .live(.ending), .ended: return
        }
        guard let id = event.eventId, now.seconds - event.time <= Self.oldestSight else { return }
        let note = scene.see(sight, in: id, at: now, &effects)
        if let note { write(.event(.scene(note))) }
    }

    /// In seconds: a lost client comes back within this time and sends what it kept.
    private static let oldestSight = 60.0

    mutating func strikeClocks() {
        for note in scene.strike(at: now, &effects) { write(.event(.scene(note))) }
    }

    /// Tells the customer between two answers what has happened. It never starts an answer.
    mutating func tellScenes() {
        guard isTalking, scene.isWaitingToTell, isBetweenAnswers else { return }
        for note in scene.takeUntold() {
            command(.createItem(.system(id: note.itemId, text: RealtimePrompt.scene(note.text))))
        }
    }
}
