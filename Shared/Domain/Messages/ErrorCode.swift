/// Why something was refused or failed: the stable codes of client messages, problem documents and replies. Clients
/// decide by them, so a code never changes its meaning.
public struct ErrorCode: ProtocolWord {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    // MARK: Messages of a client

    public static let invalidMessage: ErrorCode = "invalid_message"
    public static let unknownMessage: ErrorCode = "unknown_message"
    public static let jsonTooDeep: ErrorCode = "json_too_deep"
    public static let unknownBinary: ErrorCode = "unknown_binary"
    public static let protocolViolation: ErrorCode = "protocol_violation"
    public static let notReady: ErrorCode = "not_ready"
    public static let tooFast: ErrorCode = "too_fast"
    public static let tooSlow: ErrorCode = "too_slow"
    public static let replaced: ErrorCode = "replaced"
    public static let historyExpired: ErrorCode = "history_expired"
    public static let tooMuchText: ErrorCode = "too_much_text"

    // MARK: Events

    public static let invalidEvent: ErrorCode = "invalid_event"
    public static let eventTooLarge: ErrorCode = "event_too_large"
    public static let eventIdReused: ErrorCode = "event_id_reused"
    public static let invalidDate: ErrorCode = "invalid_date"
    public static let tooManyEvents: ErrorCode = "too_many_events"
    public static let notDurable: ErrorCode = "not_durable"
    public static let sessionEnding: ErrorCode = "session_ending"

    // MARK: Sessions and relays

    public static let sessionNotFound: ErrorCode = "session_not_found"
    public static let sessionNotHere: ErrorCode = "session_not_here"
    public static let sessionPrivate: ErrorCode = "session_private"
    public static let sessionHeld: ErrorCode = "session_held"
    public static let sessionEnded: ErrorCode = "session_ended"
    /// Everything about it was deleted while it went on.
    public static let sessionErased: ErrorCode = "session_erased"
    public static let sessionNotEnded: ErrorCode = "session_not_ended"
    public static let relayFull: ErrorCode = "relay_full"
    public static let relayTimeout: ErrorCode = "relay_timeout"
    public static let noRelay: ErrorCode = "no_relay"
    public static let restarting: ErrorCode = "restarting"
    public static let stopping: ErrorCode = "stopping"
    public static let journalUnavailable: ErrorCode = "journal_unavailable"
    public static let storageUnavailable: ErrorCode = "storage_unavailable"
    public static let tooManySessions: ErrorCode = "too_many_sessions"
    public static let tooManyLiveSessions: ErrorCode = "too_many_live_sessions"

    // MARK: OpenAI

    public static let upstreamUnreachable: ErrorCode = "upstream_unreachable"
    public static let upstreamFailed: ErrorCode = "upstream_failed"
    public static let answerWithoutAudio: ErrorCode = "answer_without_audio"
    /// What the trainee says cannot be written down.
    public static let transcriptionFailed: ErrorCode = "transcription_failed"

    // MARK: Access

    public static let unauthorized: ErrorCode = "unauthorized"
    public static let forbidden: ErrorCode = "forbidden"
    public static let invalidToken: ErrorCode = "invalid_token"
    public static let ticketExpired: ErrorCode = "ticket_expired"
    public static let originNotAllowed: ErrorCode = "origin_not_allowed"
    public static let protocolVersion: ErrorCode = "protocol_version"
    public static let websocketRequired: ErrorCode = "websocket_required"
    public static let tooManyRequests: ErrorCode = "too_many_requests"
    public static let tooManyFailures: ErrorCode = "too_many_failures"

    // MARK: Requests

    public static let badRequest: ErrorCode = "bad_request"
    public static let malformedRequest: ErrorCode = "malformed_request"
    public static let invalidRequest: ErrorCode = "invalid_request"
    public static let invalidQuery: ErrorCode = "invalid_query"
    public static let invalidCursor: ErrorCode = "invalid_cursor"
    public static let invalidJSON: ErrorCode = "invalid_json"
    public static let jsonTooLong: ErrorCode = "json_too_long"
    public static let unsupportedMediaType: ErrorCode = "unsupported_media_type"
    public static let bodyTooLarge: ErrorCode = "body_too_large"
    public static let headersTooLarge: ErrorCode = "headers_too_large"
    public static let uriTooLong: ErrorCode = "uri_too_long"
    public static let invalidIdempotencyKey: ErrorCode = "invalid_idempotency_key"
    public static let idempotencyConflict: ErrorCode = "idempotency_conflict"
    public static let notFound: ErrorCode = "not_found"
    public static let rangeNotSatisfiable: ErrorCode = "range_not_satisfiable"
    public static let methodNotAllowed: ErrorCode = "method_not_allowed"
    public static let internalError: ErrorCode = "internal"

    // MARK: Reviews

    public static let reviewChanged: ErrorCode = "review_changed"
    public static let disputeOpen: ErrorCode = "dispute_open"
    public static let disputeNotFound: ErrorCode = "dispute_not_found"
    public static let disputeAnswered: ErrorCode = "dispute_answered"
    public static let tooManyDisputes: ErrorCode = "too_many_disputes"
    public static let tooManyReviews: ErrorCode = "too_many_reviews"
    /// The machine's numbers are hidden from this trainer until theirs are in.
    public static let blindSample: ErrorCode = "blind_sample"

    // MARK: Scores, files and reports

    public static let nothingFailed: ErrorCode = "nothing_failed"
    public static let notScored: ErrorCode = "not_scored"
    public static let scorePending: ErrorCode = "score_pending"
    public static let filesNotWritten: ErrorCode = "files_not_written"
    public static let fileNotWritten: ErrorCode = "file_not_written"
    public static let notRecorded: ErrorCode = "not_recorded"
    public static let fileUnavailable: ErrorCode = "file_unavailable"
    public static let diskFull: ErrorCode = "disk_full"
    public static let busy: ErrorCode = "busy"
    public static let exportNotConfigured: ErrorCode = "export_not_configured"
    public static let reportsUnavailable: ErrorCode = "reports_unavailable"
}
