/// What a trainee is told before a call: that an AI speaks, and what is kept of the call (EU AI Act, Article 50).
public struct Notice: Codable, Hashable, Sendable {
    /// Goes up with every change of the text.
    public let version: Int
    /// ISO 639-1 code.
    public let language: String
    /// Paragraphs, with an empty line between them.
    public let text: String
    /// Set if the sound of calls is recorded. A client that gets the trainee's consent creates the session with
    /// `recordingNoticeShown`.
    public let recording: Recording?

    public struct Recording: Codable, Hashable, Sendable {
        /// Days for which the sound is kept.
        public let retentionDays: Int

        public init(retentionDays: Int) { self.retentionDays = retentionDays }
    }

    public init(version: Int, language: String, text: String, recording: Recording? = nil) {
        self.version = version
        self.language = language
        self.text = text
        self.recording = recording
    }
}
