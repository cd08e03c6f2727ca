/// The shapes of the Realtime API. Events are read in any shape and written in the configured one.
enum RealtimeDialect: String, CaseIterable, Sendable {
    /// OpenAI's own, since the beta was switched off on 12 May 2026.
    case ga
    /// Servers that still speak the beta's events.
    case beta
    /// The events of `ga`, with voice and turn detection directly in the session.
    case gaFlat = "ga-flat"

    /// The content type of an assistant's words when a conversation is replayed.
    var assistantText: String {
        switch self {
        case .ga, .gaFlat: "output_text"
        case .beta: "text"
        }
    }
}
