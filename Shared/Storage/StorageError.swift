/// Why an operation of the store failed: a code for the machine, a sentence for a person, the cause for the log.
public struct StorageError: Error, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// No server answers, or none accepts writes. The call may be retried.
        case unavailable
        case notFound = "not_found"
        /// The session was erased: nothing may be stored about it any more.
        case erased
        case idempotencyConflict = "idempotency_conflict"
        case invalidCursor = "invalid_cursor"
        /// A stored document cannot be decoded.
        case corrupt
        /// The session has been taken over: the writer's epoch is over.
        case fenced
        case refused
    }

    public var code: Code
    public var message: String
    public var cause: String?

    public init(_ code: Code, _ message: String, cause: String? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    public var description: String {
        "\(code.rawValue): \(message)" + (cause.map { " (\($0))" } ?? "")
    }
}
