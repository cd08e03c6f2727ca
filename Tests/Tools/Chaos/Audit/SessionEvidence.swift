import Domain
import Foundation

/// What the server has stored of one session, in all places.
struct SessionEvidence: Sendable {
    struct Files: Sendable {
        var session: JSONValue
        var events: [JSONValue]
        var transcript: [JSONValue]
    }

    var record: SessionRecord?
    /// The documents of the `events` collection, in order of `seq`.
    var facts: [RecordedFact]
    /// Nil if the folder or one of the three files is missing or is not JSON.
    var files: Files?
    /// Whether a journal of this session is still in JOURNAL_DIR.
    var hasJournal: Bool
}
