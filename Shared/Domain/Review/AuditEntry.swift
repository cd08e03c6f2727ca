public import Foundation

/// Who looked at a session or at many, or changed something about one. Entries are only ever added.
public struct AuditEntry: Codable, Hashable, Sendable {
    public struct Action: ProtocolWord {
        public let rawValue: String

        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        public static let sessionRead: Action = "session_read"
        /// Without the machine's numbers: there are none yet, or they are hidden.
        public static let sessionReadBlind: Action = "session_read_blind"
        public static let reportRead: Action = "report_read"
        public static let dataRead: Action = "data_read"
        public static let recordingRead: Action = "recording_read"
        public static let reviewChanged: Action = "review_changed"
        public static let disputeOpened: Action = "dispute_opened"
        public static let disputeAnswered: Action = "dispute_answered"
        public static let sessionExported: Action = "session_exported"
        public static let scoringRetried: Action = "scoring_retried"
        /// Many sessions at once: a table, a cohort, the queue.
        public static let tableRead: Action = "table_read"
        public static let progressRead: Action = "progress_read"
        public static let sessionErased: Action = "session_erased"
        public static let traineeErased: Action = "trainee_erased"
        /// All of a trainee's sessions as one file.
        public static let traineeDataRead: Action = "trainee_data_read"

        /// Those that show the machine's numbers.
        public static let looks: Set<Action> = [.sessionRead, .reportRead, .dataRead]
    }

    public var time: Date
    /// Name of the API key, never the key; `local` at a gateway without keys.
    public var actor: String
    /// The actor's role, with a ticket `trainee`.
    public var role: String
    public var action: Action
    /// Nil for a look at many.
    public var sessionId: SessionID?
    /// What changed, or which sessions were looked at, in ids, codes and numbers: nobody's words.
    public var detail: String?

    public init(
        time: Date, actor: String, role: String, action: Action, sessionId: SessionID? = nil, detail: String? = nil
    ) {
        self.time = time
        self.actor = actor
        self.role = role
        self.action = action
        self.sessionId = sessionId
        self.detail = detail
    }
}
