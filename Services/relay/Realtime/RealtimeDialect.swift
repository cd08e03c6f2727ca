/// The two shapes of the Realtime API. Events are read in either shape and written in the configured one.
enum RealtimeDialect: String, CaseIterable, Sendable {
    /// OpenAI's own, since the beta was switched off on 12 May 2026.
    case ga
    /// Servers that still speak the beta's events.
    case beta

    /// What the handshake must carry in addition to the key. OpenAI refuses a connection that sends the beta's header.
    var headers: [(name: String, value: String)] {
        switch self {
        case .ga: []
        case .beta: [("OpenAI-Beta", "realtime=v1")]
        }
    }

    /// The content type of an assistant's words when a conversation is replayed.
    var assistantText: String {
        switch self {
        case .ga: "output_text"
        case .beta: "text"
        }
    }
}
