/// One spoken item of a session, as the simulator knows it: the reference for checking transcripts. Typed and replayed
/// items are not spoken.
struct SpokenItem: Codable, Hashable, Sendable {
    enum Speaker: String, Codable, Sendable {
        case assistant, user
    }

    enum Transcription: String, Codable, Sendable {
        case completed, empty, failed
    }

    struct Word: Codable, Hashable, Sendable {
        var text: String
        /// Where the word ends in the item's audio, in milliseconds.
        var endMs: Int
    }

    var id: String
    var speaker: Speaker

    // MARK: Items of the assistant

    /// All words whose text was sent, in order; the last ones of an interrupted item may lack their audio.
    var words: [Word] = []
    /// Milliseconds of audio that were sent.
    var sentMs = 0
    /// `in_progress`, `completed` or `incomplete`.
    var status = "in_progress"

    // MARK: Items of the user

    /// The recognised text.
    var text: String?
    /// In milliseconds of the audio that was appended since the session began.
    var startMs: Int?
    var endMs: Int?
    /// State of the transcript; nil while none was sent.
    var transcription: Transcription?

    // MARK: Changes by the client

    var truncatedMs: Int?
    var deleted: Bool?

    init(id: String, speaker: Speaker) {
        self.id = id
        self.speaker = speaker
    }
}
