import Domain

/// How a session ends: what ended it, and what is still waited for before hanging up.
struct EndOfSession: Hashable {
    enum Trigger: Hashable, Sendable {
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
        /// What another process had stated already.
        case stated(RecordedFact.AgreedEnd)
        /// It was over when its relay died; nobody hung up properly.
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
            case .stated(let end): end.endTrigger
            case .relayLost: "relay_lost"
            }
        }

        /// Whether somebody may still be listening to words that are worth waiting for.
        var letsWordsPlay: Bool {
            switch self {
            case .endConversation, .endSession, .supervisor, .timeLimit, .idle, .costLimit, .journalFull, .upstream:
                true
            case .clientLost, .stated, .relayLost: false
            }
        }
    }

    /// A network's delay and a client's buffer, by which playing may lag behind the reckoning.
    static let playoutMarginMs = 400

    let trigger: Trigger
    /// The relay's own view, which scoring may adjudicate otherwise.
    let outcome: Outcome
    /// Everything was heard, or will not be waited for any longer.
    var wordsAreOut = false
    /// The trainee was speaking: what was said so far becomes an item, which OpenAI has yet to confirm.
    var expectsCommit = false
    var gaveUpOnStragglers = false

    /// - Parameters:
    ///   - attitude: at the end.
    ///   - initial: at the beginning.
    ///   - convertsAt: what a sale takes at least.
    init(_ trigger: Trigger, attitude: Int, initial: Int, convertsAt: Int) {
        self.trigger = trigger
        outcome =
            switch trigger {
            case .endConversation(let outcome), .supervisor(let outcome): outcome
            case .stated(let end): end.outcome
            case .clientLost: .walkedAway
            case .endSession, .timeLimit, .idle, .costLimit, .journalFull, .upstream, .relayLost:
                // Nobody said how it ended, so the mood has to.
                attitude >= convertsAt ? .converted : attitude <= 2 && attitude < initial ? .rejected : .walkedAway
            }
    }
}
