import Domain
import Foundation

/// What the server has kept of one session, wherever it keeps things.
struct SessionEvidence: Sendable {
    struct Files: Sendable {
        var session: JSONValue
        var events: [JSONValue]
        var transcript: [JSONValue]
    }

    var record: SessionRecord?
    /// The documents of the `events` collection, in order of `seq`.
    var facts: [RecordedFact]
    /// Nil when the folder or one of the three files is missing, or is no JSON.
    var files: Files?
    /// A file of this session is still in JOURNAL_DIR.
    var hasJournal: Bool
}
