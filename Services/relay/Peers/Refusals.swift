import Domain
import Wire

extension RelayMessage.Refusal {
    static let notFound = Self(
        code: .sessionNotFound, message: "There is no such session.", httpStatus: 404, closeCode: .sessionNotFound)
    /// Reveals only that this relay has no such session for this token.
    static let notHere = Self(
        code: .sessionNotHere, message: "This relay does not hold the session.", httpStatus: 404,
        closeCode: .sessionNotFound)
    static let ended = Self(
        code: .sessionEnded, message: "The session has ended; its result is available over REST.", httpStatus: 409,
        closeCode: .sessionEnded)
    static let full = Self(
        code: .relayFull, message: "No more sessions can be carried at the moment.", httpStatus: 503,
        closeCode: .unavailable,
        retryAfterMs: 5_000)
    static let draining = Self(
        code: .restarting, message: "The service is being restarted.", httpStatus: 503, closeCode: .goingAway,
        retryAfterMs: 1_000)
    static let storageAway = Self(
        code: .storageUnavailable, message: "The database cannot be reached at the moment.", httpStatus: 503,
        closeCode: .goingAway, retryAfterMs: 2_000)
    static let heldElsewhere = Self(
        code: .sessionHeld, message: "Another relay holds this session at the moment.", httpStatus: 503,
        closeCode: .goingAway,
        retryAfterMs: 1_000)
    static let otherCell = Self(
        code: .sessionHeld, message: "Another cell runs this session.", httpStatus: 503, closeCode: .goingAway,
        retryAfterMs: 1_000)
    static let noJournal = Self(
        code: .journalUnavailable, message: "New sessions cannot be recorded safely at the moment.", httpStatus: 503,
        closeCode: .unavailable, retryAfterMs: 10_000)
    static let notDurable = Self(
        code: .notDurable, message: "The events cannot be kept safely at the moment.", httpStatus: 503,
        closeCode: .internalError,
        retryAfterMs: 2_000)
}
