public enum Speaker: String, Codable, Sendable {
    case avatar = "AVATAR"
    case trainee = "TRAINEE"
}

/// One turn of one speaker, in the words that were really heard.
public struct Utterance: Codable, Hashable, Sendable {
    /// `u1`, `u2`, … in the order of the conversation. What findings and scores cite.
    public var utteranceId: String
    /// Seconds since the session began.
    public var startTime: Double
    /// Seconds since the session began; never before `startTime`.
    public var endTime: Double
    public var speaker: Speaker
    public var text: String
    /// True if the trainee interrupted the customer; `text` then ends where playback stopped. Absent otherwise.
    public var interrupted: Bool?
    /// Words that speech recognition was not sure of, if it reports them.
    public var unsureWords: [String]?

    public init(
        utteranceId: String, startTime: Double, endTime: Double, speaker: Speaker, text: String,
        interrupted: Bool? = nil, unsureWords: [String]? = nil
    ) {
        self.unsureWords = unsureWords
        self.utteranceId = utteranceId
        self.startTime = startTime
        self.endTime = endTime
        self.speaker = speaker
        self.text = text
        self.interrupted = interrupted
    }
}
