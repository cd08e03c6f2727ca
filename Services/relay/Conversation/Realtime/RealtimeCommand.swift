package import Domain

/// Every event that we send to the Realtime API, except appended audio, which the relay copies without encoding it.
package enum RealtimeCommand: Hashable, Sendable {
    case updateSession(RealtimeSettings)
    case commitAudio
    case clearAudio
    case createItem(Item)
    case deleteItem(id: String)
    /// What the trainee heard of an item; never 0 and never more than the item holds.
    case truncate(itemId: String, audioEndMs: Int)
    case createResponse
    case cancelResponse(id: String?)

    /// Client item ids have at most 32 characters.
    package enum Item: Hashable, Sendable {
        /// The supervisor's state, or a hint to the customer: silence, time, or the end of a replay.
        case system(id: String, text: String)
        /// A typed utterance, or one of the trainee when a conversation is replayed.
        case user(id: String, text: String)
        /// An utterance of the customer when a conversation is replayed; its audio cannot be restored.
        case assistant(id: String, text: String)
        case functionOutput(callId: String, output: JSONValue)
    }
}

extension RealtimeCommand {
    /// The first part of its event id, which shows what an error with that id is about.
    var kind: String {
        switch self {
        case .updateSession: "session"
        case .commitAudio: "commit"
        case .clearAudio: "clear"
        case .createItem: "item"
        case .deleteItem: "delete"
        case .truncate: "truncate"
        case .createResponse: "response"
        case .cancelResponse: "cancel"
        }
    }
}
