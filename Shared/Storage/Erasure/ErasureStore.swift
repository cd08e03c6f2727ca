public import Domain
public import Foundation

/// The part of a store that erases. What is erased stays erased: a tombstone takes the session's place in one step, and
/// from then on every write to the session is refused (`StorageError.erased`, or without effect).
public protocol ErasureStore: Sendable {
    // MARK: Sessions

    /// Puts a tombstone in the place of a session and deletes its facts. An erased session stays as it is.
    ///
    /// - Parameter person: see `Tombstone`.
    /// - Returns: nil if there is no such session.
    func erase(_ id: SessionID, person: String?) async throws -> Tombstone?

    /// Does the same with some of a trainee's sessions, no matter who created them.
    ///
    /// - Parameter limit: maximum number of sessions.
    /// - Returns: an empty batch once none is left.
    func eraseSessions(of traineeId: String, limit: Int) async throws -> ErasedBatch

    /// Nil for a session that is not erased.
    func tombstone(of id: SessionID) async throws -> Tombstone?

    /// Adds to the files that a tombstone says were deleted.
    func noteErasedFiles(_ count: Int, of id: SessionID) async throws

    // MARK: What may come back

    func erased(among ids: [SessionID]) async throws -> Set<SessionID>

    /// The sessions that were erased at this time or later, the earliest first, each with its time.
    func erasedSessions(since: Date, limit: Int) async throws -> [(id: SessionID, at: Date)]

    /// Deletes facts of erased sessions that a writer stored after it had been checked.
    ///
    /// - Returns: how many there were.
    func removeRemains(of ids: [SessionID]) async throws -> Int

    // MARK: BatMan

    /// Withdrawals whose time has come.
    func dueWithdrawals(at now: Date, limit: Int) async throws -> [(session: SessionID, withdrawal: Withdrawal)]

    /// Stores how an attempt ended.
    ///
    /// - Parameter isDone: BatMan has deleted the export, so it is forgotten here.
    func note(_ withdrawal: Withdrawal, of id: SessionID, isDone: Bool) async throws

    // MARK: Persons

    /// The key under which receipts and the audit name a trainee.
    ///
    /// - Parameters:
    ///   - code: of the trainee; does not say who it is.
    ///   - new: becomes the key of a trainee without one; nil makes none.
    func personKey(of code: String, orNew new: String?) async throws -> String?

    /// From then on, names that were made with the key say nothing.
    func destroyPersonKey(of code: String) async throws

    /// Remembers for a while that a trainee was erased, by a code that does not say who it is.
    func noteErasedTrainee(_ code: String, until: Date) async throws

    /// When the trainee with this code was erased last; nil if that is not remembered.
    func erasureTime(ofTrainee code: String) async throws -> Date?
}

/// Sessions that were erased together.
public struct ErasedBatch: Sendable {
    public var ids: [SessionID]
    public var counts: ErasureCounts

    public init(ids: [SessionID] = [], counts: ErasureCounts = ErasureCounts()) {
        self.ids = ids
        self.counts = counts
    }
}
