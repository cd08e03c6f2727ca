import Domain
import Wire

extension RelayMessage.Refusal {
    static let notFound = Self(
        code: "session_not_found", message: "There is no such session.", httpStatus: 404, closeCode: .sessionNotFound)
    /// Says nothing about the session but that this relay has no such one for this token.
    static let notHere = Self(
        code: "session_not_here", message: "This relay does not hold the session.", httpStatus: 404,
        closeCode: .sessionNotFound)
    static let ended = Self(
        code: "session_ended", message: "The session has ended; its result is available over REST.", httpStatus: 409,
        closeCode: .sessionEnded)
    static let full = Self(
        code: "relay_full", message: "No more sessions can be carried at the moment.", httpStatus: 503,
        closeCode: .unavailable,
        retryAfterMs: 5_000)
    static let draining = Self(
        code: "restarting", message: "The service is being restarted.", httpStatus: 503, closeCode: .goingAway,
        retryAfterMs: 1_000)
    static let storageAway = Self(
        code: "storage_unavailable", message: "The database cannot be reached at the moment.", httpStatus: 503,
        closeCode: .goingAway, retryAfterMs: 2_000)
    static let heldElsewhere = Self(
        code: "session_held", message: "Another relay holds this session at the moment.", httpStatus: 503,
        closeCode: .goingAway,
        retryAfterMs: 1_000)
    static let noJournal = Self(
        code: "journal_unavailable", message: "New sessions cannot be recorded safely at the moment.", httpStatus: 503,
        closeCode: .unavailable, retryAfterMs: 10_000)
    static let notDurable = Self(
        code: "not_durable", message: "The events cannot be kept safely at the moment.", httpStatus: 503,
        closeCode: .internalError,
        retryAfterMs: 2_000)
}
