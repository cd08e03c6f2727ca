public import Domain
public import Foundation
import Logging

// A live session, which only its relay writes, and what is stored after it has ended.
extension MongoSessionStore {
    /// Maximum number of documents and of bytes per command: a command must fit into 16 MiB.
    private static let batchCount = 500
    private static let batchBytes = 4 << 20

    public func claim(
        _ id: SessionID, as claimant: Claimant, phase: SessionPhase, startedAt: Date, realtimeModel: String
    ) async throws -> Claim {
        for _ in 0..<4 {
            guard let document = try await document(of: id) else { throw try await missing(id) }
            let before = try SessionDocument.record(document)
            guard before.status == .active else { return .ended }
            if let owner = before.owner, !claimant.mayTake(owner) { return .held(owner) }
            let epoch = (before.owner?.epoch ?? 0) + 1
            var changes: BSONDocument = [
                "relay": .string(claimant.relay), "phase": .string(phase.rawValue),
                "realtimeModel": .string(realtimeModel), "updatedAt": .date(time.bsonMilliseconds),
                "owner": ["cell": .string(claimant.cell), "epoch": .integer(epoch)],
            ]
            if before.startedAt == nil { changes["startedAt"] = .date(startedAt.bsonMilliseconds) }
            let claimed = try await sessions.update(
                [
                    "sessionId": .string(id.text), "status": "active",
                    "owner.epoch": before.owner.map { .integer($0.epoch) } ?? .null,
                ], ["$set": .document(changes)])
            if claimed != 0 { return .taken(before, epoch: epoch) }
            // Another was faster, or this update was sent twice over a connection that broke.
        }
        throw StorageError(.unavailable, "\(id) is being claimed by too many at once")
    }

    public func release(_ id: SessionID, by epoch: Int) async throws {
        _ = try await sessions.update(
            ["sessionId": .string(id.text), "status": "active", "owner.epoch": .integer(epoch)],
            ["$set": ["owner.cell": "", "updatedAt": .date(time.bsonMilliseconds)]])
    }

    public func record(_ facts: [RecordedFact], of id: SessionID, by epoch: Int?) async throws {
        try await prepare()
        try await note(facts, of: id, by: epoch)
        var batch: [BSONDocument] = []
        var bytes = 0
        for fact in facts {
            let document = try FactDocument.new(fact, of: id, by: epoch)
            let size = BSONWriter.bytes(of: document).count
            guard size <= SessionDocument.most else {
                throw StorageError(.refused, "fact \(fact.seq) is larger than the database can hold")
            }
            if batch.count == Self.batchCount || bytes + size > Self.batchBytes {
                try await insert(batch, of: id, by: epoch)
                batch = []
                bytes = 0
            }
            batch.append(document)
            bytes += size
        }
        try await insert(batch, of: id, by: epoch)
    }

    /// Inserts facts. A writer that was checked, then paused, and has lost the session meanwhile may have left facts
    /// behind that the session does not have: they are replaced.
    private func insert(_ batch: [BSONDocument], of id: SessionID, by epoch: Int?) async throws {
        let taken = try await events.insert(batch)
        guard let epoch, !taken.isEmpty else { return }
        let refused = batch.indices.filter(taken.contains).map { batch[$0] }
        let session = BSONValue.string(id.text)
        var stored = try await events.find(
            ["sessionId": session, "seq": ["$in": .array(refused.compactMap { $0["seq"] })]], limit: refused.count)
        let eventIds = refused.compactMap { $0["eventId"] }
        if !eventIds.isEmpty {
            stored += try await events.find(
                ["sessionId": session, "eventId": ["$in": .array(eventIds)]], limit: eventIds.count)
        }
        let own = Dictionary(
            refused.compactMap { document in document["seq"]?.integer.map { ($0, document) } },
            uniquingKeysWith: { first, _ in first })
        let stale = stored.filter { document in
            guard FactDocument.epoch(of: document) < epoch, let seq = document["seq"]?.integer
            else { return false }
            // What the writer took over from its predecessor is there already.
            return own[seq].map { FactDocument.fact($0) != FactDocument.fact(document) } ?? true
        }
        guard !stale.isEmpty else { return }
        logger.notice(
            "facts of an earlier owner give way", metadata: ["sessionId": "\(id)", "facts": "\(stale.count)"])
        try await events.delete(stale.compactMap { $0["_id"] })
        _ = try await events.insert(refused)
    }

    /// Updates the fields of a live session that the lists show.
    private func note(_ facts: [RecordedFact], of id: SessionID, by epoch: Int?) async throws {
        var changes = BSONDocument()
        for fact in facts {
            switch fact.content {
            case .phase(let phase): changes["phase"] = .string(phase.rawValue)
            case .attitude(let point): changes["finalAttitude"] = .integer(point.value)
            case .utterance, .event, .supervisorLog, .finding, .outcomeClaim, .usage, .draft, .end: break
            }
        }
        // Most batches change none of these fields, and a read costs the database less than a durable write.
        guard !changes.elements.isEmpty else { return try await check(id, by: epoch) }
        changes["updatedAt"] = .date(time.bsonMilliseconds)
        var condition: BSONDocument = ["sessionId": .string(id.text), "status": "active"]
        if let epoch { condition["owner.epoch"] = .integer(epoch) }
        let noted = try await sessions.update(condition, ["$set": .document(changes)])
        if noted == 0 { try await check(id, by: epoch) }
    }

    public func facts(of id: SessionID) async throws -> [RecordedFact] { try await facts(of: id, after: .min) }

    public func facts(of id: SessionID, after seq: Int) async throws -> [RecordedFact] {
        try await factDocuments(of: id, after: seq).compactMap(FactDocument.fact)
    }

    public func epochs(of id: SessionID) async throws -> [Int: Int] {
        let documents = try await factDocuments(of: id, only: ["seq": 1, FactDocument.epoch: 1])
        return Dictionary(
            documents.compactMap { document in
                document["seq"]?.integer.flatMap { Int(exactly: $0) }.map { ($0, FactDocument.epoch(of: document)) }
            }, uniquingKeysWith: { first, _ in first })
    }

    private func factDocuments(
        of id: SessionID, after seq: Int = .min, only projection: BSONDocument = [:]
    ) async throws -> [BSONDocument] {
        var documents: [BSONDocument] = []
        var last = Int64(seq)
        while true {
            let batch = try await events.find(
                ["sessionId": .string(id.text), "seq": ["$gt": .int64(last)]], sort: ["seq": 1], limit: 1000,
                projection: projection)
            guard let end = batch.last?["seq"]?.integer, end > last else { return documents }
            documents += batch
            last = end
        }
    }

    public func end(_ id: SessionID, with ending: EndRecord, by epoch: Int?) async throws -> SessionRecord {
        var ending = ending
        ending.endedAt = ending.endedAt.inMilliseconds
        let known = ending.facts.last?.seq
        let recorded = try await factDocuments(of: id).filter { document in
            // Stored by an earlier owner after it had lost the session.
            guard let epoch, let known, let seq = document["seq"]?.integer, seq > known else { return true }
            return FactDocument.epoch(of: document) >= epoch
        }.compactMap(FactDocument.fact)
        return try await change(id) { record in
            guard record.status == .active else { return nil }
            var condition: BSONDocument = ["status": "active"]
            if let epoch {
                if let owner = record.owner, owner.epoch > epoch { throw fenced(id, by: owner) }
                condition["owner.epoch"] = record.owner.map { .integer($0.epoch) } ?? .null
            }
            record.end(with: ending, recorded: recorded, at: time)
            try record.fit(into: SessionDocument.largest)
            return condition
        }.record
    }

    public func overdue(startedBefore: Date, limit: Int) async throws -> [SessionID] {
        try await sessions.find(
            ["status": "active", "startedAt": ["$lt": .date(startedBefore.bsonMilliseconds)]], sort: ["startedAt": 1],
            limit: max(1, limit), projection: ["sessionId": 1]
        ).compactMap { $0["sessionId"]?.string.flatMap { SessionID($0) } }
    }

    public func expireUnstarted(createdBefore: Date) async throws -> Int {
        try await sessions.updateAll(
            Self.unstarted(createdBefore: createdBefore), try Self.expired(at: .date(time.bsonMilliseconds)))
    }

    public func expireUnstarted(_ id: SessionID) async throws -> Bool {
        var condition = Self.unstarted()
        condition["sessionId"] = .string(id.text)
        return try await sessions.updateAll(condition, try Self.expired(at: .date(time.bsonMilliseconds))) > 0
    }

    public func liveSessions(of owner: SessionOwner) async throws -> Int {
        var condition: BSONDocument = ["status": "active"]
        condition.elements += Self.elements(owner)
        let counted = try await sessions.aggregate([
            ["$match": .document(condition)], ["$group": ["_id": .null, "sessions": ["$sum": 1]]],
        ])
        return Int(clamping: counted.first?["sessions"]?.integer ?? 0)
    }

    public func oldestUnstarted(of owner: SessionOwner, createdBefore: Date) async throws -> SessionID? {
        var condition = Self.unstarted(createdBefore: createdBefore)
        condition.elements += Self.elements(owner)
        return try await sessions.find(condition, sort: ["createdAt": 1], limit: 1, projection: ["sessionId": 1])
            .first?["sessionId"]?.string.flatMap { SessionID($0) }
    }

    private static func elements(_ owner: SessionOwner) -> [BSONDocument.Element] {
        switch owner {
        case .trainee(let id, let creator):
            [.init(key: "traineeId", value: .string(id)), .init(key: "createdBy", value: .string(creator))]
        case .creator(let name): [.init(key: "createdBy", value: .string(name))]
        }
    }

    private static func unstarted(createdBefore: Date? = nil) -> BSONDocument {
        var condition: BSONDocument = [
            "status": "active", "phase": .string(SessionPhase.waiting.rawValue), "startedAt": .null,
        ]
        condition["createdAt"] = createdBefore.map { ["$lt": .date($0.bsonMilliseconds)] }
        return condition
    }

    /// The change that ends a session without a call.
    private static func expired(at now: BSONValue) throws -> BSONDocument {
        [
            "$set": [
                "status": "ended", "phase": .string(SessionPhase.ended.rawValue),
                "endTrigger": .string(SessionRecord.neverConnected), "endedAt": now, "updatedAt": now,
                "durationMs": 0, "pipeline.scoring": .document(try BSONEncoder.document(Pipeline.Job.neverConnected)),
            ],
            "$inc": .document([SessionDocument.revision: 1]),
        ]
    }

    public func addLateEvents(_ events: [SessionEvent], to id: SessionID) async throws -> LateEventsAdded {
        let ids = events.compactMap(\.eventId).map { BSONValue.string($0) }
        let recorded = try await self.events.find(
            ["sessionId": .string(id.text), "eventId": ["$in": .array(ids)]], limit: max(1, ids.count)
        ).compactMap(FactDocument.fact).compactMap { fact -> (String, SessionEvent)? in
            guard case .event(let event) = fact.content, let eventId = event.eventId else { return nil }
            return (eventId, event)
        }
        let known = Dictionary(recorded, uniquingKeysWith: { first, _ in first })
        var added = LateEventsAdded(results: [], isRejudging: false)
        _ = try await change(id) { record in
            let (scoring, files) = (record.pipeline.scoring.state, record.pipeline.files.state)
            added = record.addLate(events, known: known, at: time)
            guard added.results.contains(.stored) else { return nil }
            try record.fit(into: SessionDocument.largest)
            // A worker that takes or finishes one of these jobs in between has not seen these events.
            return [
                "pipeline.scoring.state": .string(scoring.rawValue), "pipeline.files.state": .string(files.rawValue),
            ]
        }
        return added
    }

    /// Reads a record, changes it and writes the changes; starts again if another writer was faster.
    ///
    /// - Parameter change: returns the condition that the stored document must still meet, or nil to write nothing.
    func change(
        _ id: SessionID, _ change: (inout SessionRecord) throws -> BSONDocument?
    ) async throws -> (record: SessionRecord, isChanged: Bool) {
        for _ in 0..<16 {
            guard let document = try await document(of: id) else { throw try await missing(id) }
            let old = try SessionDocument.record(document)
            var new = old
            guard var condition = try change(&new) else { return (old, false) }
            condition["_id"] = document["_id"]
            condition[SessionDocument.revision] = document[SessionDocument.revision] ?? .null
            let changes = try SessionDocument.changes(from: old, to: new)
            let size = BSONWriter.bytes(of: try SessionDocument.fields(of: new)).count
            guard size <= SessionDocument.most else {
                throw StorageError(.refused, "\(id) would be larger than the database can hold")
            }
            let changed = try await sessions.update(
                condition, ["$set": .document(changes), "$inc": .document([SessionDocument.revision: 1])])
            if changed != 0 { return (new, true) }
        }
        throw StorageError(.unavailable, "\(id) is being changed by too many at once")
    }

    /// Checks that the session exists and that this epoch is not over.
    private func check(_ id: SessionID, by epoch: Int?) async throws {
        let found = try await sessions.findOne(
            ["sessionId": .string(id.text), TombstoneDocument.isErased: .null], projection: ["owner": 1])
        guard let found else { throw try await missing(id) }
        if let epoch, let owner = Self.owner(found), owner.epoch > epoch { throw fenced(id, by: owner) }
    }

    private func fenced(_ id: SessionID, by owner: Ownership) -> StorageError {
        StorageError(.fenced, "\(id) belongs to the cell \(owner.cell) in epoch \(owner.epoch)")
    }

    static func owner(_ document: BSONDocument) -> Ownership? {
        document["owner"].flatMap { try? BSONDecoder.decode(Ownership.self, from: $0) }
    }
}
