import Domain

/// What ended a session.
enum EndReason: Hashable {
    case endConversation(Outcome)
    case endSession
    case supervisor(Outcome)
    case clientLost
    case timeLimit
    case idle
    case costLimit
    /// The disk has refused more facts than may stay in memory.
    case journalFull
    /// OpenAI is gone, or refuses for good.
    case upstream(code: String)
    /// What another process recorded already.
    case agreed(RecordedFact.AgreedEnd)
    /// The session was over when its relay died, before the end was stored.
    case relayLost

    /// The trigger as it is recorded.
    var trigger: EndTrigger {
        switch self {
        case .endConversation(let outcome): .endConversation(outcome)
        case .endSession: .endSession
        case .supervisor(let outcome): .supervisor(outcome)
        case .clientLost: .clientLost
        case .timeLimit: .timeLimit
        case .idle: .idle
        case .costLimit: .costLimit
        case .journalFull: .journalFull
        case .upstream(let code): .upstream(code: code)
        case .agreed(let end): EndTrigger(rawValue: end.endTrigger)
        case .relayLost: .relayLost
        }
    }

    /// Whether a client may still be listening to words that are worth waiting for.
    var letsWordsPlay: Bool {
        switch self {
        case .endConversation, .endSession, .supervisor, .timeLimit, .idle, .costLimit, .journalFull, .upstream: true
        case .clientLost, .agreed, .relayLost: false
        }
    }

    /// The relay's own view of how the session ended, which scoring may overrule.
    ///
    /// - Parameters:
    ///   - attitude: at the end.
    ///   - initial: at the beginning.
    ///   - convertsAt: the lowest attitude that counts as converted.
    func outcome(attitude: Int, initial: Int, convertsAt: Int) -> Outcome {
        switch self {
        case .endConversation(let outcome), .supervisor(let outcome): outcome
        case .agreed(let end): end.outcome
        case .clientLost: .walkedAway
        case .endSession, .timeLimit, .idle, .costLimit, .journalFull, .upstream, .relayLost:
            // No side stated an outcome, so the attitude decides.
            attitude >= convertsAt ? .converted : attitude <= 2 && attitude < initial ? .rejected : .walkedAway
        }
    }
}
