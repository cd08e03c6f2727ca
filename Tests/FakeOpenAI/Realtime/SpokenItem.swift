/// One thing that was spoken in a session, as the simulator knows it: what a transcript can be held against. Typed and
/// replayed items are not spoken.
struct SpokenItem: Codable, Hashable, Sendable {
    enum Speaker: String, Codable, Sendable {
        case assistant, user
    }

    enum Transcription: String, Codable, Sendable {
        case completed, empty, failed
    }

    struct Word: Codable, Hashable, Sendable {
        var text: String
        /// Where in the item's audio the word is over, in milliseconds.
        var endMs: Int
    }

    var id: String
    var speaker: Speaker

    // MARK: The assistant's

    /// Every word whose text was sent, in order; the last ones of an item that was broken off may lack their sound.
    var words: [Word] = []
    /// Milliseconds of audio that were sent.
    var sentMs = 0
    /// `in_progress`, `completed` or `incomplete`.
    var status = "in_progress"

    // MARK: The user's

    /// What the recognition made of it.
    var text: String?
    /// In milliseconds of the audio that was appended since the session began.
    var startMs: Int?
    var endMs: Int?
    /// What became of the transcript; nil while none was sent.
    var transcription: Transcription?

    // MARK: What the client did to it

    var truncatedMs: Int?
    var deleted: Bool?

    init(id: String, speaker: Speaker) {
        self.id = id
        self.speaker = speaker
    }
}
