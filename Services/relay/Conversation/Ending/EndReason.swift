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
    /// The disk has taken nothing for too long.
    case journalFull
    /// OpenAI is gone, or will never answer.
    case upstream(code: String)
    /// What another process recorded already.
    case agreed(RecordedFact.AgreedEnd)
    /// The session was over when its relay died, before the end was stored.
    case relayLost

    /// `endTrigger` of the record.
    var text: String {
        switch self {
        case .endConversation(let outcome): "end_conversation:\(outcome.rawValue)"
        case .endSession: "end_session"
        case .supervisor(let outcome): "supervisor:\(outcome.rawValue)"
        case .clientLost: "client_lost"
        case .timeLimit: "time_limit"
        case .idle: "idle"
        case .costLimit: "cost_limit"
        case .journalFull: "journal_full"
        case .upstream(let code): "upstream:\(code)"
        case .agreed(let end): end.endTrigger
        case .relayLost: "relay_lost"
        }
    }

    /// Whether a client may still be listening to words that are worth waiting for.
    var letsWordsPlay: Bool {
        switch self {
        case .endConversation, .endSession, .supervisor, .timeLimit, .idle, .costLimit, .journalFull, .upstream: true
        case .clientLost, .agreed, .relayLost: false
        }
    }

    /// The code of a fatal upstream error, if that was the end.
    static func upstreamCode(in endTrigger: String) -> String? {
        let prefix = EndReason.upstream(code: "").text
        return endTrigger.hasPrefix(prefix) ? String(endTrigger.dropFirst(prefix.count)) : nil
    }

    /// The relay's own view of how the session ended, which scoring may overrule.
    ///
    /// - Parameters:
    ///   - attitude: at the end.
    ///   - initial: at the beginning.
    ///   - convertsAt: the least attitude of a sale.
    func outcome(attitude: Int, initial: Int, convertsAt: Int) -> Outcome {
        switch self {
        case .endConversation(let outcome), .supervisor(let outcome): outcome
        case .agreed(let end): end.outcome
        case .clientLost: .walkedAway
        case .endSession, .timeLimit, .idle, .costLimit, .journalFull, .upstream, .relayLost:
            // Nothing said how it ended, so the attitude has to.
            attitude >= convertsAt ? .converted : attitude <= 2 && attitude < initial ? .rejected : .walkedAway
        }
    }
}
