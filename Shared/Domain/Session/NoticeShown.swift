public import Foundation

/// The notice that an AI speaks, as the trainee saw it before the call; by its client's account.
public struct NoticeShown: Codable, Hashable, Sendable {
    public var version: Int
    /// ISO 639-1 code.
    public var language: String
    public var time: Date

    public init(version: Int, language: String, time: Date) {
        self.version = version
        self.language = language
        self.time = time
    }
}
