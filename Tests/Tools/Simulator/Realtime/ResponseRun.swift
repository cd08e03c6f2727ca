import Domain
import Foundation

/// What triggered a response.
enum Trigger: Sendable {
    /// The end of a spoken turn.
    case turn(item: String, endMs: Int)
    /// `response.create`.
    case asked(JSONValue)
}

/// A response in progress.
struct ResponseRun: Sendable {
    /// The message that is currently spoken.
    struct OpenItem: Sendable {
        var id: String
        var words = ""
        var audioBytes = 0
    }

    var id: String
    var trigger: Trigger
    /// Outside the conversation: its items are not remembered.
    var isOutOfBand = false
    var speaks: Bool
    var metadata: JSONValue?
    var open: OpenItem?
    var output: [ConversationItem] = []
    var audioBytes = 0
    var chunks = 0
    /// The fault that strikes after some chunks of audio.
    var fault: Fault.Kind?
}
