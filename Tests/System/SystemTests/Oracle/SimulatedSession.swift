/// A Realtime session as reported by the simulator (`GET /simulator/sessions`): what was really spoken.
struct SimulatedSession: Decodable, Sendable {
    struct Item: Decodable, Sendable {
        enum Speaker: String, Decodable, Sendable {
            case assistant, user
        }

        struct Word: Decodable, Sendable {
            var text: String
            /// Where the word ends in the item's audio.
            var endMs: Int
        }

        var id: String
        var speaker: Speaker
        var words: [Word]
        var sentMs: Int
        var status: String
        var text: String?
        var transcription: String?
        var truncatedMs: Int?
        var deleted: Bool?
    }

    struct Usage: Decodable, Sendable {
        var textInput: Int
        var audioInput: Int
        var cachedTextInput: Int
        var cachedAudioInput: Int
        var textOutput: Int
        var audioOutput: Int
    }

    var id: String
    /// The same in all sessions of one person.
    var user: String?
    var isOpen: Bool
    var errorCodes: [String]
    var items: [Item]
    var usage: Usage
}

/// The answer of `GET /simulator/sessions`.
struct SimulatedSessions: Decodable, Sendable {
    var sessions: [SimulatedSession]
}
