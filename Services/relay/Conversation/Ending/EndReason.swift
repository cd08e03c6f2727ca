import Domain

/// What ended a session, and which outcome follows from it.
struct EndReason: Hashable {
    let trigger: EndTrigger
    /// The outcome that another process recorded with its end; nil if the session ends here first.
    private let agreed: Outcome?

    init(_ trigger: EndTrigger) {
        self.trigger = trigger
        agreed = nil
    }

    /// The end that another process recorded.
    init(_ end: RecordedFact.AgreedEnd) {
        trigger = EndTrigger(rawValue: end.endTrigger)
        agreed = end.outcome
    }

    var isRecorded: Bool { agreed != nil }

    /// Whether a client may still be listening to words that are worth waiting for.
    var letsWordsPlay: Bool {
        switch trigger {
        case _ where isRecorded: false
        case .endConversation, .endSession, .supervisor, .timeLimit, .idle, .costLimit, .journalFull, .upstream: true
        case .clientLost, .relayLost, .neverConnected, .other: false
        }
    }

    /// The relay's own view of how the session ended, which scoring may overrule.
    ///
    /// - Parameters:
    ///   - attitude: at the end.
    ///   - initial: at the beginning.
    ///   - convertsAt: the lowest attitude that counts as converted.
    func outcome(attitude: Int, initial: Int, convertsAt: Int) -> Outcome {
        if let agreed { return agreed }
        return switch trigger {
        case .endConversation(let outcome), .supervisor(let outcome): outcome
        case .clientLost, .neverConnected: .walkedAway
        case .endSession, .timeLimit, .idle, .costLimit, .journalFull, .upstream, .relayLost, .other:
            // No side stated an outcome, so the attitude decides.
            attitude >= convertsAt ? .converted : attitude <= 2 && attitude < initial ? .rejected : .walkedAway
        }
    }
}
