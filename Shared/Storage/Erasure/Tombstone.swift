public import Domain
public import Foundation

/// What is left of an erased session: that it was erased, what of it figures count, and what BatMan is still to delete.
/// Nothing in it says who the trainee was.
public struct Tombstone: Hashable, Sendable {
    public var sessionId: SessionID
    public var erasedAt: Date
    /// The trainee's name in receipts and in the audit. It says nothing once the trainee's key is destroyed. Nil for a
    /// session that was erased with all of its trainee's.
    public var person: String?
    public var counts: ErasureCounts
    /// Exports that BatMan has not confirmed to have deleted.
    public var withdrawals: [Withdrawal]

    public init(
        sessionId: SessionID, erasedAt: Date, person: String?, counts: ErasureCounts, withdrawals: [Withdrawal]
    ) {
        self.sessionId = sessionId
        self.erasedAt = erasedAt
        self.person = person
        self.counts = counts
        self.withdrawals = withdrawals
    }
}

/// How much an erasure has deleted.
public struct ErasureCounts: Codable, Hashable, Sendable {
    public var sessions: Int
    /// Recorded facts: utterances, events and what else a journal has.
    public var facts: Int
    /// In `DATA_DIR`.
    public var files: Int
    /// Exports that BatMan is told to delete.
    public var exports: Int

    public init(sessions: Int = 0, facts: Int = 0, files: Int = 0, exports: Int = 0) {
        self.sessions = sessions
        self.facts = facts
        self.files = files
        self.exports = exports
    }

    public static func += (left: inout ErasureCounts, right: ErasureCounts) {
        left.sessions += right.sessions
        left.facts += right.facts
        left.files += right.files
        left.exports += right.exports
    }
}

/// An export of an erased session, which BatMan is asked to delete.
public struct Withdrawal: Codable, Hashable, Sendable {
    public var exportId: String
    public var attempts: Int
    /// A stable code and a sentence; never the body of BatMan's response.
    public var lastError: String?
    /// Earliest time of the next attempt. Nil if it has been given up.
    public var nextAttemptAt: Date?

    public init(exportId: String, attempts: Int = 0, lastError: String? = nil, nextAttemptAt: Date?) {
        self.exportId = exportId
        self.attempts = attempts
        self.lastError = lastError
        self.nextAttemptAt = nextAttemptAt
    }

    /// Whether BatMan may have got an export: it was sent, or it may have been on its way.
    package static func isDue(_ export: ExportRecord) -> Bool {
        export.status != .failed || export.attempts > 0
    }
}
