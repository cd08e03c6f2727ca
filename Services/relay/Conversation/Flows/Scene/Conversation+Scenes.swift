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
        guard isTalking, scene.isWaitingToTell, upstream.isReady, !upstream.isAnswering, !isAnswerImminent else {
            return
        }
        for note in scene.takeUntold() {
            command(.createItem(.system(id: note.itemId, text: RealtimePrompt.scene(note.text))))
        }
    }

    /// The server is about to begin an answer by itself: an item would come to lie inside it.
    private var isAnswerImminent: Bool {
        trainee.answerDueSince.map { now - $0 < Self.answerDelayMs } ?? false
    }

    /// A server that answers a turn by itself has begun by then, in milliseconds.
    private static let answerDelayMs = 1_000
}
