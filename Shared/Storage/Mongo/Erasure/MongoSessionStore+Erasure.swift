public import Domain
public import Foundation

// Erasing sessions, and what is to be done afterwards.
extension MongoSessionStore {
    public func erase(_ id: SessionID, person: String?) async throws -> Tombstone? {
        try await prepare()
        for _ in 0..<16 {
            let found = try await sessions.findOne(
                ["sessionId": .string(id.text)], projection: TombstoneDocument.projection)
            guard let found else { return nil }
            if let earlier = TombstoneDocument.tombstone(found) {
                // An erasure that broke off may have left facts.
                _ = try await removeRemains(of: [id])
                return earlier
            }
            let new = try TombstoneDocument.new(of: found, person: person, at: time)
            // An export may be stored between the two, which BatMan would then keep.
            guard try await sessions.update(Self.unchanged(found), new.document) != 0 else { continue }
            var tombstone = new.tombstone
            tombstone.counts.facts = try await removeRemains(of: [id])
            _ = try await sessions.update(
                Self.own(id), ["$inc": ["erasure.facts": .integer(tombstone.counts.facts)]])
            return tombstone
        }
        throw StorageError(.unavailable, "\(id) is being changed by too many at once")
    }

    public func eraseSessions(of traineeId: String, limit: Int) async throws -> ErasedBatch {
        try await prepare()
        for _ in 0..<16 {
            let found = try await sessions.find(
                ["traineeId": .string(traineeId)], limit: max(1, limit), projection: TombstoneDocument.projection)
            guard !found.isEmpty else { return ErasedBatch() }
            let now = time
            let stones = try found.map { session in
                let (document, tombstone) = try TombstoneDocument.new(of: session, person: nil, at: now)
                return (filter: Self.unchanged(session), document: document, tombstone: tombstone)
            }
            _ = try await sessions.updateEach(stones.map { ($0.filter, $0.document) })
            let erased = try await erased(among: stones.map(\.tombstone.sessionId))
            // Otherwise all were changed in between.
            guard !erased.isEmpty else { continue }
            var batch = ErasedBatch()
            for tombstone in stones.map(\.tombstone) where erased.contains(tombstone.sessionId) {
                batch.ids.append(tombstone.sessionId)
                batch.counts += tombstone.counts
            }
            batch.counts.facts = try await removeRemains(of: batch.ids)
            return batch
        }
        throw StorageError(.unavailable, "the sessions are being changed by too many at once")
    }

    public func tombstone(of id: SessionID) async throws -> Tombstone? {
        try await sessions.findOne(Self.own(id), projection: TombstoneDocument.projection)
            .flatMap(TombstoneDocument.tombstone)
    }

    public func noteErasedFiles(_ count: Int, of id: SessionID) async throws {
        _ = try await sessions.update(Self.own(id), ["$inc": ["erasure.files": .integer(count)]])
    }

    public func erased(among ids: [SessionID]) async throws -> Set<SessionID> {
        guard !ids.isEmpty else { return [] }
        let found = try await sessions.find(
            [
                "sessionId": ["$in": .array(ids.map { .string($0.text) })],
                TombstoneDocument.isErased: true,
            ], limit: ids.count, projection: ["sessionId": 1])
        return Set(found.compactMap { $0["sessionId"]?.string.flatMap { SessionID($0) } })
    }

    public func erasedSessions(since: Date, limit: Int) async throws -> [(id: SessionID, at: Date)] {
        try await sessions.find(
            ["erasedAt": ["$gte": .date(since.bsonMilliseconds)]], sort: ["erasedAt": 1], limit: max(1, limit),
            projection: ["sessionId": 1, "erasedAt": 1]
        ).compactMap { document in
            guard let id = document["sessionId"]?.string.flatMap({ SessionID($0) }), let at = document["erasedAt"]?.date
            else { return nil }
            return (id, Date(bsonMilliseconds: at))
        }
    }

    public func removeRemains(of ids: [SessionID]) async throws -> Int {
        guard !ids.isEmpty else { return 0 }
        return try await events.deleteAll(["sessionId": ["$in": .array(ids.map { .string($0.text) })]])
    }

    /// A session that nobody has changed since it was read.
    private static func unchanged(_ session: BSONDocument) -> BSONDocument {
        ["_id": session["_id"] ?? .null, "updatedAt": session["updatedAt"] ?? .null]
    }

    private static func own(_ id: SessionID) -> BSONDocument {
        ["sessionId": .string(id.text), TombstoneDocument.isErased: true]
    }

    // MARK: BatMan

    public func dueWithdrawals(
        at now: Date, limit: Int
    ) async throws -> [(session: SessionID, withdrawal: Withdrawal)] {
        let found = try await sessions.find(
            ["withdrawals.nextAttemptAt": ["$lte": .date(now.bsonMilliseconds)]], limit: max(1, limit),
            projection: TombstoneDocument.projection)
        return found.compactMap(TombstoneDocument.tombstone).flatMap { tombstone in
            tombstone.withdrawals.filter { $0.nextAttemptAt.map { $0 <= now } ?? false }.map {
                (tombstone.sessionId, $0)
            }
        }
    }

    public func note(_ withdrawal: Withdrawal, of id: SessionID, isDone: Bool) async throws {
        if isDone {
            _ = try await sessions.update(
                Self.own(id), ["$pull": ["withdrawals": ["exportId": .string(withdrawal.exportId)]]])
            return
        }
        var condition = Self.own(id)
        condition["withdrawals.exportId"] = .string(withdrawal.exportId)
        _ = try await sessions.update(condition, ["$set": ["withdrawals.$": try encoded(withdrawal)]])
    }

    // MARK: Persons

    public func personKey(of code: String, orNew new: String?) async throws -> String? {
        let own: BSONDocument = ["_id": .string(code)]
        if let known = try await personKeys.findOne(own)?["key"]?.string { return known }
        guard let new else { return nil }
        // Inserts nothing if another process was faster.
        _ = try await personKeys.insert([["_id": .string(code), "key": .string(new)]])
        return try await personKeys.findOne(own)?["key"]?.string
    }

    public func destroyPersonKey(of code: String) async throws {
        try await personKeys.delete([.string(code)])
    }

    public func noteErasedTrainee(_ code: String, until: Date) async throws {
        try await prepare()
        _ = try await erasedTrainees.update(
            ["_id": .string(code)],
            ["at": .date(time.bsonMilliseconds), "until": .date(until.bsonMilliseconds)], upsert: true)
    }

    public func erasureTime(ofTrainee code: String) async throws -> Date? {
        try await erasedTrainees.findOne(["_id": .string(code)])?["at"]?.date.map { Date(bsonMilliseconds: $0) }
    }
}
