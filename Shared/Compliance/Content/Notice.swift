/// What a trainee is told before a call: that an AI speaks, and what is kept of the call (EU AI Act, Article 50).
public struct Notice: Codable, Hashable, Sendable {
    /// Goes up with every change of the text.
    public let version: Int
    /// ISO 639-1 code.
    public let language: String
    /// Paragraphs, with an empty line between them.
    public let text: String

    public init(version: Int, language: String, text: String) {
        self.version = version
        self.language = language
        self.text = text
    }
}
