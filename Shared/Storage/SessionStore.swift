public import Domain
public import Foundation

/// Stores the records and facts of sessions, the personas and the rulebooks. Implemented in MongoDB, and in memory for
/// tests of the code that uses a store.
///
/// Every write is durable when the call returns (`w:majority, j:true`). All calls throw `StorageError`.
public protocol SessionStore: ErasureStore {
    // MARK: Sessions

    /// Stores a new session under the next free id. A repeated idempotency key of the same creator returns the session
    /// that was created first, with `isNew` false.
    ///
    /// - Throws: `StorageError.idempotencyConflict` if that key came with a different request before.
    func create(_ new: NewSession) async throws -> (record: SessionRecord, isNew: Bool)

    /// The session that an earlier request with the same idempotency key created; nil if there is none.
    ///
    /// - Throws: `StorageError.idempotencyConflict` if it was a different request.
    func earlierAnswer(to new: NewSession) async throws -> SessionRecord?

    /// The record; while the session is live, with the facts recorded so far folded in.
    func session(_ id: SessionID) async throws -> SessionRecord?

    /// The same, with the number of the last of these facts: 0 without any, nil if the session is not live.
    func watched(_ id: SessionID) async throws -> (record: SessionRecord, seq: Int?)?

    /// The session without its conversation and events: cheap to read, even for a long live session.
    func access(to id: SessionID) async throws -> SessionAccess?

    /// Newest first; stable under insertions.
    func sessions(matching filter: SessionFilter, limit: Int, after cursor: String?) async throws -> SessionPage

    func statistics(matching filter: SessionFilter) async throws -> SessionStatistics

    /// The newest results that match.
    func results(matching filter: SessionFilter, limit: Int) async throws -> SessionResults

    /// The values that a field has, in order, without missing and empty ones.
    ///
    /// - Parameter limit: maximum number of values, at most 10,000.
    func values(of field: SessionField, matching filter: SessionFilter, limit: Int) async throws -> [String]

    /// Makes a private session count, for good. Changes nothing if it counts already.
    func submit(_ id: SessionID) async throws

    // MARK: Reviews

    /// Changes the review of a session, and with it, in the same update, its score and outcome. The data files are then
    /// written again.
    ///
    /// - Parameter change: gets the record as it is stored; is called again if another writer was faster.
    /// - Throws: what `change` throws; nothing is stored then.
    func changeReview(
        of id: SessionID, _ change: @Sendable (SessionRecord) throws -> TrainerReview
    ) async throws -> SessionRecord

    /// How far people and machine agree in the blind sample, by category.
    func agreement() async throws -> [CategoryAgreement]

    // MARK: The audit

    /// Adds an entry.
    ///
    /// - Parameter window: seconds; an entry of the same actor, action and session (without one, detail) in the same
    ///   stretch of time is stored once. Nil stores every entry.
    func add(_ entry: AuditEntry, oncePer window: TimeInterval?) async throws

    /// Newest first.
    func audit(matching filter: AuditFilter, limit: Int, after cursor: String?) async throws -> AuditPage

    // MARK: A live session, written only by its relay

    /// Makes a relay the owner of a session, in a new epoch. Of several that try at the same time, one succeeds.
    ///
    /// - Parameter startedAt: the start time of a session that has not started yet; others keep theirs.
    func claim(
        _ id: SessionID, as claimant: Claimant, phase: SessionPhase, startedAt: Date, realtimeModel: String
    ) async throws -> Claim

    /// Lets any cell take a session over at once, because its owner stops and has stored everything. Changes nothing if
    /// the session has been taken over, or has ended.
    func release(_ id: SessionID, by epoch: Int) async throws

    /// Appends facts. Facts that are already stored, by `seq` or by `eventId`, are ignored, unless a writer of a lower
    /// epoch has stored others under these after it was no longer the owner: those give way. What the lists show,
    /// including `updatedAt`, only follows changes of phase and attitude.
    ///
    /// - Parameter epoch: the writer's; nil for facts of a session that has ended.
    /// - Throws: `StorageError.fenced` if the session has been taken over since.
    func record(_ facts: [RecordedFact], of id: SessionID, by epoch: Int?) async throws

    /// All facts recorded so far, in order of `seq`.
    func facts(of id: SessionID) async throws -> [RecordedFact]

    /// The same.
    ///
    /// - Parameter seq: only later ones.
    func facts(of id: SessionID, after seq: Int) async throws -> [RecordedFact]

    /// The epoch in which each fact was stored, by `seq`; 0 for those that do not say.
    func epochs(of id: SessionID) async throws -> [Int: Int]

    /// Ends a session: embeds its facts, sets `status` to ended and the scoring job to pending. Once; later calls
    /// change nothing and return the record as it stands.
    ///
    /// - Parameter epoch: the writer's; nil for any.
    /// - Throws: `StorageError.fenced` if the session has been taken over since.
    func end(_ id: SessionID, with ending: EndRecord, by epoch: Int?) async throws -> SessionRecord

    /// Sessions that are still active although they started before this date: their relay died, and no other has ended
    /// them.
    ///
    /// - Parameter limit: maximum number of sessions, oldest first.
    func overdue(startedBefore: Date, limit: Int) async throws -> [SessionID]

    /// Ends sessions that were created before this date and that no client ever connected to: `endTrigger` is
    /// `never_connected`, and there is nothing to score or file.
    ///
    /// - Returns: the number of sessions that were ended.
    func expireUnstarted(createdBefore: Date) async throws -> Int

    /// The same for one session. False if a client has connected to it, or it has ended.
    func expireUnstarted(_ id: SessionID) async throws -> Bool

    /// The number of sessions that have not ended.
    func liveSessions(of owner: SessionOwner) async throws -> Int

    /// The oldest live session that was created before this date and that no client ever connected to.
    func oldestUnstarted(of owner: SessionOwner, createdBefore: Date) async throws -> SessionID?

    /// Adds events that arrived after the end. If any is new, the session is judged again and its data files are
    /// written again.
    ///
    /// - Returns: the result for each event, and whether the session is judged again.
    func addLateEvents(_ events: [SessionEvent], to id: SessionID) async throws -> LateEventsAdded

    // MARK: Cells

    /// Stores a heartbeat.
    func beat(_ member: CellMember) async throws

    /// Takes a relay's heartbeat away, because it stops and has no sessions any more.
    func leave(_ member: CellMember) async throws

    /// The last heartbeat of every relay.
    func cellMembers() async throws -> [CellMember]

    /// The owners of those sessions that have one.
    func owners(of ids: [SessionID]) async throws -> [SessionID: Ownership]

    /// Sessions that have begun, have not ended, and have an owner that is none of these cells.
    ///
    /// - Parameters:
    ///   - date: sessions without an owner count if theirs has let them go before this date.
    ///   - limit: maximum number of sessions, oldest first.
    func sessions(ownedOutside cells: Set<String>, releasedBefore date: Date, limit: Int) async throws -> [SessionID]

    // MARK: The pipeline

    /// Takes a job that is due: pending, or leased with an expired lease. Counts the attempt.
    ///
    /// - Parameter id: the session whose job to take, or nil for the oldest due job.
    /// - Returns: the session's record, or nil if no such job is due.
    func lease(_ kind: Pipeline.Kind, of id: SessionID?, for owner: String, until: Date, now: Date) async throws
        -> SessionRecord?

    /// Extends a lease. False if the owner has lost it.
    func renew(_ kind: Pipeline.Kind, of id: SessionID, owner: String, until: Date) async throws -> Bool

    /// Makes the jobs of an ended session that were given up due again. False if there are none.
    func retryFailedJobs(of id: SessionID) async throws -> Bool

    /// Stores the score, replacing that of an earlier revision, sets the adjudicated outcome, and sets the files job to
    /// pending. False if the owner has lost the lease; nothing is stored then.
    func finishScoring(_ id: SessionID, owner: String, score: Scorecard, outcome: Outcome) async throws -> Bool

    func finishFiles(_ id: SessionID, owner: String) async throws -> Bool

    /// Gives a job back. With `retryAt` it becomes pending again; without, it has finally failed (the files are still
    /// written after a failed scoring).
    func failJob(_ kind: Pipeline.Kind, of id: SessionID, owner: String, error: String, retryAt: Date?) async throws

    /// Gives a job back that was not worked on to the end: it is due at once, and the attempt is not counted. Nothing
    /// changes if the owner has lost the lease.
    func returnJob(_ kind: Pipeline.Kind, of id: SessionID, owner: String) async throws

    // MARK: Exports

    /// Adds the export, or replaces the one with the same `exportId`.
    func putExport(_ export: ExportRecord, of id: SessionID) async throws

    /// A session with an export that is not sent and whose `nextAttemptAt` has passed; nil if there is none.
    func sessionWithDueExport(at now: Date) async throws -> SessionID?

    // MARK: Personas

    /// Stores those personas whose version is higher than the stored one.
    func seed(_ personas: [Persona]) async throws
    func personas() async throws -> [Persona]

    // MARK: Rulebooks

    /// Stores the content files that sessions are judged by, under their hash.
    ///
    /// - Parameter files: texts by path.
    func keepRulebook(_ hash: String, files: [String: String]) async throws
    /// Nil for a hash that was never stored.
    func rulebook(_ hash: String) async throws -> [String: String]?

    /// Returns if the store answers, and throws otherwise.
    func ping() async throws
}

/// The result of adding events that arrived after the end.
public struct LateEventsAdded: Sendable, Equatable {
    public enum Result: Sendable {
        case stored
        /// The event is already stored.
        case duplicate
        /// Another event has its `eventId`.
        case reused
        /// The session already has as many events, or as many bytes of them, as it may have.
        case full
    }

    /// In the order of the events.
    public var results: [Result]
    /// The session is judged again because of them.
    public var isRejudging: Bool

    public init(results: [Result], isRejudging: Bool) {
        self.results = results
        self.isRejudging = isRejudging
    }
}

/// By whom live sessions are counted.
public enum SessionOwner: Hashable, Sendable {
    /// One trainee of one creator: two creators may give the same id to two people.
    case trainee(String, createdBy: String)
    /// The `createdBy` of sessions.
    case creator(String)
}
