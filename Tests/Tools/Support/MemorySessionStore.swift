public import Domain
public import Foundation
public import Storage

/// A store in memory, for tests of the code that uses a store. It behaves like the real one; one contract suite runs
/// against both.
public actor MemorySessionStore: SessionStore {
    struct Entry {
        var record: SessionRecord
        let objectID: ObjectID
        var facts: [RecordedFact] = []
        var eventIds: Set<String> = []
        var seqs: Set<Int> = []
        /// By `seq`.
        var epochs: [Int: Int] = [:]

        var cursor: SessionCursor {
            SessionCursor(createdAt: record.createdAt.bsonMilliseconds, objectID: objectID)
        }
    }

    var entries: [SessionID: Entry] = [:]
    private var lastNumber = 0
    private var storedPersonas: [String: Persona] = [:]
    private var rulebooks: [String: [String: String]] = [:]
    var members: [String: CellMember] = [:]
    var auditEntries: [(entry: AuditEntry, once: String?, cursor: SessionCursor)] = []
    /// What is left of erased sessions, with what figures count of them.
    var tombstones: [SessionID: (tombstone: Tombstone, record: SessionRecord)] = [:]
    var personKeys: [String: String] = [:]
    var erasedTrainees: [String: (at: Date, until: Date)] = [:]
    private var outage = false
    /// Calls that an outage refused.
    public private(set) var failedCalls = 0
    private(set) var isRefusingScores = false
    private var refusesEnd: @Sendable (EndRecord) -> Bool = { _ in false }
    private let now: @Sendable () -> Date

    /// - Parameter now: the clock for `createdAt` and `updatedAt`.
    public init(now: @escaping @Sendable () -> Date = { Date() }) {
        self.now = now
    }

    /// Makes every call throw `unavailable`, as if the database were down, until it is called with false.
    public func setOutage(_ isOut: Bool) {
        outage = isOut
    }

    /// Makes the store refuse every score, as MongoDB refuses what it cannot store.
    public func refuseScores() { isRefusingScores = true }

    /// Makes the store refuse some ends, as MongoDB refuses what it cannot store.
    public func refuseEnds(_ isRefused: @escaping @Sendable (EndRecord) -> Bool) {
        refusesEnd = isRefused
    }

    var time: Date { now().inMilliseconds }

    func available() throws {
        if outage {
            failedCalls += 1
            throw StorageError(.unavailable, "the database does not answer")
        }
    }

    func entry(_ id: SessionID) throws -> Entry {
        try available()
        guard let entry = entries[id] else {
            throw tombstones[id] == nil
                ? StorageError(.notFound, "there is no session \(id)") : StorageError(.erased, "\(id) was erased")
        }
        return entry
    }

    // MARK: Sessions

    public func create(_ new: NewSession) async throws -> (record: SessionRecord, isNew: Bool) {
        try available()
        if let asked = new.idempotency,
            let first = entries.values.first(where: {
                $0.record.createdBy == new.createdBy && $0.record.idempotency?.key == asked.key
            })
        {
            return (try first.record.answering(asked), false)
        }
        lastNumber += 1
        guard let id = SessionID(number: lastNumber) else {
            throw StorageError(.refused, "there are no session numbers left")
        }
        let record = SessionRecord(new, id: id, at: time)
        entries[id] = Entry(record: record, objectID: ObjectID(at: record.createdAt))
        return (record, true)
    }

    public func earlierAnswer(to new: NewSession) async throws -> SessionRecord? {
        try available()
        guard let asked = new.idempotency else { return nil }
        return try entries.values.map(\.record).first {
            $0.createdBy == new.createdBy && $0.idempotency?.key == asked.key
        }?.answering(asked)
    }

    public func session(_ id: SessionID) async throws -> SessionRecord? { try await watched(id)?.record }

    public func watched(_ id: SessionID) async throws -> (record: SessionRecord, seq: Int?)? {
        try available()
        guard let entry = entries[id] else { return nil }
        var record = entry.record
        guard record.status == .active else { return (record, nil) }
        record.fold(entry.facts)
        return (record, entry.facts.last?.seq ?? 0)
    }

    public func access(to id: SessionID) async throws -> SessionAccess? {
        try available()
        return (entries[id]?.record).map(SessionAccess.init)
    }

    public func submit(_ id: SessionID) async throws {
        var entry = try entry(id)
        guard entry.record.visibility == .private else { return }
        entry.record.visibility = .submitted
        entry.record.submittedAt = time
        entry.record.updatedAt = time
        entries[id] = entry
    }

    // MARK: A live session

    public func claim(
        _ id: SessionID, as claimant: Claimant, phase: SessionPhase, startedAt: Date, realtimeModel: String
    ) async throws -> Claim {
        var entry = try entry(id)
        let before = entry.record
        guard before.status == .active else { return .ended }
        if let owner = before.owner, !claimant.mayTake(owner) { return .held(owner) }
        let epoch = (before.owner?.epoch ?? 0) + 1
        entry.record.owner = Ownership(cell: claimant.cell, epoch: epoch)
        entry.record.relay = claimant.relay
        entry.record.phase = phase
        if before.startedAt == nil { entry.record.startedAt = startedAt.inMilliseconds }
        entry.record.realtimeModel = realtimeModel
        entry.record.updatedAt = time
        entries[id] = entry
        return .taken(before, epoch: epoch)
    }

    public func release(_ id: SessionID, by epoch: Int) async throws {
        guard try entry(id).record.status == .active, entries[id]?.record.owner?.epoch == epoch else { return }
        entries[id]?.record.owner?.cell = ""
        entries[id]?.record.updatedAt = time
    }

    public func record(_ facts: [RecordedFact], of id: SessionID, by epoch: Int?) async throws {
        var entry = try entry(id)
        try check(entry, by: epoch)
        if let epoch { for fact in facts { giveWay(to: fact, by: epoch, &entry) } }
        for fact in facts where !entry.seqs.contains(fact.seq) {
            if let eventId = fact.eventId, !entry.eventIds.insert(eventId).inserted { continue }
            entry.seqs.insert(fact.seq)
            entry.epochs[fact.seq] = epoch
            entry.facts.append(fact)
            guard entry.record.status == .active else { continue }
            switch fact.content {
            case .phase(let phase): entry.record.phase = phase
            case .attitude(let point): entry.record.finalAttitude = point.value
            case .utterance, .event, .supervisorLog, .finding, .outcomeClaim, .usage, .draft, .end: continue
            }
            entry.record.updatedAt = time
        }
        entry.facts.sort { $0.seq < $1.seq }
        entries[id] = entry
    }

    public func facts(of id: SessionID) async throws -> [RecordedFact] { try await facts(of: id, after: .min) }

    public func facts(of id: SessionID, after seq: Int) async throws -> [RecordedFact] {
        try available()
        return entries[id]?.facts.filter { $0.seq > seq } ?? []
    }

    private func check(_ entry: Entry, by epoch: Int?) throws {
        guard let epoch, let owner = entry.record.owner, owner.epoch > epoch else { return }
        throw StorageError(.fenced, "the session belongs to the cell \(owner.cell)")
    }

    /// Removes what a writer of a lower epoch has stored under the fact's number or event.
    private func giveWay(to fact: RecordedFact, by epoch: Int, _ entry: inout Entry) {
        let stale = entry.facts.filter { stored in
            (stored.seq == fact.seq || (fact.eventId != nil && stored.eventId == fact.eventId)) && stored != fact
                && entry.epochs[stored.seq] ?? 0 < epoch
        }
        for stored in stale {
            entry.facts.removeAll { $0.seq == stored.seq }
            entry.seqs.remove(stored.seq)
            if let eventId = stored.eventId { entry.eventIds.remove(eventId) }
        }
    }

    public func epochs(of id: SessionID) async throws -> [Int: Int] {
        let entry = try entry(id)
        return Dictionary(uniqueKeysWithValues: entry.facts.map { ($0.seq, entry.epochs[$0.seq] ?? 0) })
    }

    public func end(_ id: SessionID, with ending: EndRecord, by epoch: Int?) async throws -> SessionRecord {
        var entry = try entry(id)
        guard entry.record.status == .active else { return entry.record }
        try check(entry, by: epoch)
        if refusesEnd(ending) { throw StorageError(.refused, "this end cannot be stored") }
        var ending = ending
        ending.endedAt = ending.endedAt.inMilliseconds
        let known = ending.facts.last?.seq
        let recorded = entry.facts.filter { fact in
            guard let epoch, let known, fact.seq > known else { return true }
            return entry.epochs[fact.seq] ?? 0 >= epoch
        }
        entry.record.end(with: ending, recorded: recorded, at: time)
        entries[id] = entry
        return entry.record
    }

    public func overdue(startedBefore: Date, limit: Int) async throws -> [SessionID] {
        try available()
        let started = entries.values.map(\.record).filter { record in
            record.status == .active && record.startedAt.map { $0 < startedBefore } ?? false
        }
        return started.sorted { ($0.startedAt ?? time) < ($1.startedAt ?? time) }.prefix(limit).map(\.sessionId)
    }

    public func expireUnstarted(createdBefore: Date) async throws -> Int {
        try available()
        let unstarted = entries.values.filter { $0.record.isUnstarted && $0.record.createdAt < createdBefore }
        for entry in unstarted { expire(entry) }
        return unstarted.count
    }

    public func expireUnstarted(_ id: SessionID) async throws -> Bool {
        let entry = try entry(id)
        guard entry.record.isUnstarted else { return false }
        expire(entry)
        return true
    }

    private func expire(_ entry: Entry) {
        var entry = entry
        entry.record.status = .ended
        entry.record.phase = .ended
        entry.record.endTrigger = SessionRecord.neverConnected
        entry.record.endedAt = time
        entry.record.updatedAt = time
        entry.record.durationMs = 0
        entry.record.pipeline.scoring = .neverConnected
        entries[entry.record.sessionId] = entry
    }

    public func liveSessions(of owner: SessionOwner) async throws -> Int {
        try available()
        return entries.values.count { $0.record.isLive(of: owner) }
    }

    public func oldestUnstarted(of owner: SessionOwner, createdBefore: Date) async throws -> SessionID? {
        try available()
        return entries.values.map(\.record)
            .filter { $0.isLive(of: owner) && $0.isUnstarted && $0.createdAt < createdBefore }
            .min { ($0.createdAt, $0.sessionId.text) < ($1.createdAt, $1.sessionId.text) }?.sessionId
    }

    public func addLateEvents(_ events: [SessionEvent], to id: SessionID) async throws -> LateEventsAdded {
        var entry = try entry(id)
        let recorded = entry.facts.compactMap { fact -> (String, SessionEvent)? in
            guard case .event(let event) = fact.content, let eventId = event.eventId else { return nil }
            return (eventId, event)
        }
        let added = entry.record.addLate(
            events, known: Dictionary(recorded, uniquingKeysWith: { first, _ in first }), at: time)
        entries[id] = entry
        return added
    }

    // MARK: The rest

    public func putExport(_ export: ExportRecord, of id: SessionID) async throws {
        var entry = try entry(id)
        var export = export
        export.sentAt = export.sentAt?.inMilliseconds
        export.nextAttemptAt = export.nextAttemptAt?.inMilliseconds
        if let index = entry.record.exports.firstIndex(where: { $0.exportId == export.exportId }) {
            entry.record.exports[index] = export
        } else {
            entry.record.exports.append(export)
        }
        entry.record.updatedAt = time
        entries[id] = entry
    }

    public func sessionWithDueExport(at now: Date) async throws -> SessionID? {
        try available()
        return entries.values.first { entry in
            entry.record.exports.contains { $0.status != .sent && ($0.nextAttemptAt.map { $0 <= now } ?? false) }
        }?.record.sessionId
    }

    public func seed(_ personas: [Persona]) async throws {
        try available()
        for persona in personas where (storedPersonas[persona.id]?.version ?? .min) < persona.version {
            storedPersonas[persona.id] = persona
        }
    }

    public func personas() async throws -> [Persona] {
        try available()
        return storedPersonas.values.sorted { $0.id < $1.id }
    }

    public func keepRulebook(_ hash: String, files: [String: String]) async throws {
        try available()
        rulebooks[hash] = files
    }

    public func rulebook(_ hash: String) async throws -> [String: String]? {
        try available()
        return rulebooks[hash]
    }

    public func ping() async throws {
        try available()
    }
}

extension SessionRecord {
    fileprivate var isUnstarted: Bool { status == .active && phase == .waiting && startedAt == nil }

    fileprivate func isLive(of owner: SessionOwner) -> Bool {
        guard status == .active else { return false }
        return switch owner {
        case .trainee(let id, let creator): traineeId == id && createdBy == creator
        case .creator(let name): createdBy == name
        }
    }
}
