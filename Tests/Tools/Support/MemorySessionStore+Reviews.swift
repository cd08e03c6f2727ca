public import Domain
public import Foundation
public import Storage

extension MemorySessionStore {
    public func changeReview(
        of id: SessionID, _ change: @Sendable (SessionRecord) throws -> TrainerReview
    ) async throws -> SessionRecord {
        var entry = try entry(id)
        entry.record.take(try change(entry.record), at: time)
        entries[id] = entry
        return entry.record
    }

    public func agreement() async throws -> [CategoryAgreement] {
        try available()
        return CategoryAgreement.all(
            entries.values.flatMap { $0.record.review?.blind ?? [] }.map {
                CategoryAgreement.Pair(
                    id: $0.id, difference: $0.difference, isCapped: $0.capped == true, count: 1)
            })
    }

    public func add(_ entry: AuditEntry, oncePer window: TimeInterval?) async throws {
        try available()
        var entry = entry
        entry.time = entry.time.inMilliseconds
        let once = entry.once(per: window)
        guard once == nil || !auditEntries.contains(where: { $0.once == once }) else { return }
        let cursor = SessionCursor(createdAt: entry.time.bsonMilliseconds, objectID: ObjectID(at: entry.time))
        auditEntries.append((entry, once, cursor))
    }

    public func audit(matching filter: AuditFilter, limit: Int, after cursor: String?) async throws -> AuditPage {
        try available()
        let start = try cursor.map { try SessionCursor(text: $0) }
        let rest = auditEntries.filter { item in
            filter.sessionId.map { $0 == item.entry.sessionId } ?? true
                && filter.actor.map { $0 == item.entry.actor } ?? true && start.map { item.cursor < $0 } ?? true
        }.sorted { $0.cursor > $1.cursor }
        let limit = max(1, limit)
        return AuditPage(
            items: rest.prefix(limit).map(\.entry),
            nextCursor: rest.count > limit ? rest[limit - 1].cursor.text : nil)
    }
}
