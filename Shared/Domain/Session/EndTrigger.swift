/// What ended a session, as its record, the facts and `session_ended` state it: a word, and with some a detail after a
/// colon.
public enum EndTrigger: RawRepresentable, Hashable, Sendable {
    /// The customer ended the talk by its function `end_conversation`.
    case endConversation(Outcome)
    /// The client sent `end_session`.
    case endSession
    case supervisor(Outcome)
    case clientLost
    case timeLimit
    case idle
    case costLimit
    /// The disk has taken nothing for too long.
    case journalFull
    /// OpenAI is unreachable or refuses; the code says why.
    case upstream(code: String)
    /// The session was over when its relay died.
    case relayLost
    /// No client ever connected.
    case neverConnected
    /// Stated by another version.
    case other(String)

    public init(rawValue: String) {
        let (word, detail) = Self.parts(of: rawValue)
        let outcome = detail.flatMap { Outcome(rawValue: $0) }
        let known: EndTrigger? =
            switch (word, detail, outcome) {
            case ("end_conversation", _, let outcome?): .endConversation(outcome)
            case ("supervisor", _, let outcome?): .supervisor(outcome)
            case ("upstream", let code?, _): .upstream(code: code)
            case ("end_session", nil, _): .endSession
            case ("client_lost", nil, _): .clientLost
            case ("time_limit", nil, _): .timeLimit
            case ("idle", nil, _): .idle
            case ("cost_limit", nil, _): .costLimit
            case ("journal_full", nil, _): .journalFull
            case ("relay_lost", nil, _): .relayLost
            case ("never_connected", nil, _): .neverConnected
            default: nil
            }
        self = known ?? .other(rawValue)
    }

    public var rawValue: String {
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
        case .relayLost: "relay_lost"
        case .neverConnected: "never_connected"
        case .other(let text): text
        }
    }

    private static func parts(of text: String) -> (word: Substring, detail: String?) {
        let word = text.prefix { $0 != ":" }
        return (word, word.endIndex == text.endIndex ? nil : String(text[word.endIndex...].dropFirst()))
    }
}
