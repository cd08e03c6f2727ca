public import Domain
public import Foundation
public import Storage

extension MemorySessionStore {
    public func erase(_ id: SessionID, person: String?) async throws -> Tombstone? {
        try available()
        if let earlier = tombstones[id] { return earlier.tombstone }
        return entries[id].map { bury($0, person: person) }
    }

    public func eraseSessions(of traineeId: String, limit: Int) async throws -> ErasedBatch {
        try available()
        var batch = ErasedBatch()
        for entry in entries.values.filter({ $0.record.traineeId == traineeId }).prefix(max(1, limit)) {
            batch.ids.append(entry.record.sessionId)
            batch.counts += bury(entry, person: nil).counts
        }
        return batch
    }

    private func bury(_ entry: Entry, person: String?) -> Tombstone {
        let record = entry.record
        let due = record.exports.filter { $0.status != .failed || $0.attempts > 0 }
        let tombstone = Tombstone(
            sessionId: record.sessionId, erasedAt: time, person: person,
            counts: ErasureCounts(sessions: 1, facts: entry.facts.count, exports: due.count),
            withdrawals: due.map { Withdrawal(exportId: $0.exportId, nextAttemptAt: time) })
        tombstones[record.sessionId] = (tombstone, record.withoutPerson)
        entries[record.sessionId] = nil
        return tombstone
    }

    public func tombstone(of id: SessionID) async throws -> Tombstone? {
        try available()
        return tombstones[id]?.tombstone
    }

    public func noteErasedFiles(_ count: Int, of id: SessionID) async throws {
        try available()
        tombstones[id]?.tombstone.counts.files += count
    }

    public func erased(among ids: [SessionID]) async throws -> Set<SessionID> {
        try available()
        return Set(ids.filter { tombstones[$0] != nil })
    }

    public func erasedSessions(since: Date, limit: Int) async throws -> [(id: SessionID, at: Date)] {
        try available()
        return tombstones.values.map { ($0.tombstone.sessionId, $0.tombstone.erasedAt) }
            .filter { $0.1 >= since }.sorted { $0.1 < $1.1 }.prefix(max(1, limit)).map { (id: $0.0, at: $0.1) }
    }

    /// Nothing is ever stored late here.
    public func removeRemains(of ids: [SessionID]) async throws -> Int {
        try available()
        return 0
    }

    public func dueWithdrawals(
        at now: Date, limit: Int
    ) async throws -> [(session: SessionID, withdrawal: Withdrawal)] {
        try available()
        return tombstones.values.map(\.tombstone).flatMap { tombstone in
            tombstone.withdrawals.filter { $0.nextAttemptAt.map { $0 <= now } ?? false }.map {
                (session: tombstone.sessionId, withdrawal: $0)
            }
        }
    }

    public func note(_ withdrawal: Withdrawal, of id: SessionID, isDone: Bool) async throws {
        try available()
        guard
            let index = tombstones[id]?.tombstone.withdrawals.firstIndex(where: { $0.exportId == withdrawal.exportId })
        else { return }
        if isDone {
            tombstones[id]?.tombstone.withdrawals.remove(at: index)
        } else {
            tombstones[id]?.tombstone.withdrawals[index] = withdrawal
        }
    }

    public func personKey(of code: String, orNew new: String?) async throws -> String? {
        try available()
        if personKeys[code] == nil { personKeys[code] = new }
        return personKeys[code]
    }

    public func destroyPersonKey(of code: String) async throws {
        try available()
        personKeys[code] = nil
    }

    public func noteErasedTrainee(_ code: String, until: Date) async throws {
        try available()
        erasedTrainees[code] = (time, until)
    }

    public func erasureTime(ofTrainee code: String) async throws -> Date? {
        try available()
        return erasedTrainees[code].flatMap { $0.until > time ? $0.at : nil }
    }
}

extension SessionRecord {
    /// What figures count.
    fileprivate var withoutPerson: SessionRecord {
        var record = self
        record.status = .ended
        (record.traineeId, record.client, record.createdBy, record.metadata) = ("", "", "", [:])
        (record.transcript, record.events, record.supervisorLogs, record.exports) = ([], [], [], [])
        record.createdAt = createdAt.startOfMonth
        return record
    }
}
