import Domain
import Foundation
import Storage

/// What an erasure has deleted, and when. It names the session by its number and the trainee by a code (`Persons`).
struct Receipt: Encodable, Hashable, Sendable {
    enum Subject: String, Encodable, Sendable {
        case session, trainee
    }

    var version = 1
    var what: Subject
    /// Nil for a trainee.
    var sessionId: SessionID?
    /// Nil for a session that was erased with its trainee.
    var person: String?
    /// RFC 3339, in UTC, with milliseconds. A text, since what is signed must be what is shown.
    var erasedAt: String
    var counts: ErasureCounts

    init(what: Subject, sessionId: SessionID? = nil, person: String?, erasedAt: String, counts: ErasureCounts) {
        self.what = what
        self.sessionId = sessionId
        self.person = person
        self.erasedAt = erasedAt
        self.counts = counts
    }

    init(ofTrainee person: String, at time: Date, counts: ErasureCounts) {
        self.init(what: .trainee, person: person, erasedAt: Self.text(time), counts: counts)
    }

    init(_ tombstone: Tombstone) {
        self.init(
            what: .session, sessionId: tombstone.sessionId, person: tombstone.person,
            erasedAt: Self.text(tombstone.erasedAt), counts: tombstone.counts)
    }

    private static func text(_ time: Date) -> String {
        // The format cuts off; a date between two milliseconds must not become the one before.
        let milliseconds = (time.timeIntervalSince1970 * 1000).rounded()
        return Date(timeIntervalSince1970: (milliseconds + 0.5) / 1000)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}

/// A receipt with our signature, as clients get it.
struct SignedReceipt: Encodable, Hashable, Sendable {
    var receipt: Receipt
    var signature: String
}
