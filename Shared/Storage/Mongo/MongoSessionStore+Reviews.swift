public import Domain
public import Foundation
import Logging

// Reviews by people, and the audit.
extension MongoSessionStore {
    public func changeReview(
        of id: SessionID, _ change: @Sendable (SessionRecord) throws -> TrainerReview
    ) async throws -> SessionRecord {
        try await self.change(id) { record in
            let (scoring, files) = (record.pipeline.scoring.state, record.pipeline.files.state)
            let revision = record.score?.revision ?? 1
            // Scores of earlier versions have no revision.
            let seen: BSONValue = revision == 1 ? ["$in": [1, .null]] : .integer(revision)
            record.take(try change(record), at: time)
            // A worker that finishes one of these jobs in between has not seen this review.
            return [
                "pipeline.scoring.state": .string(scoring.rawValue), "pipeline.files.state": .string(files.rawValue),
                "score.revision": seen,
            ]
        }.record
    }

    public func agreement() async throws -> [CategoryAgreement] {
        let groups = try await sessions.aggregate([
            ["$match": ["review.blind.id": ["$gt": ""]]],
            ["$project": ["review.blind": 1]],
            ["$unwind": "$review.blind"],
            [
                "$group": [
                    "_id": [
                        "id": "$review.blind.id", "difference": "$review.blind.difference",
                        "capped": "$review.blind.capped",
                    ], "count": ["$sum": 1],
                ]
            ],
            ["$limit": .integer(CategoryAgreement.mostGroups)],
        ])
        return CategoryAgreement.all(
            groups.compactMap { group -> CategoryAgreement.Pair? in
                let pair = group["_id"]?.document
                guard let id = pair?["id"]?.string, let difference = pair?["difference"]?.integer else { return nil }
                return CategoryAgreement.Pair(
                    id: id, difference: Int(clamping: difference), isCapped: pair?["capped"] == true,
                    count: Int(clamping: group["count"]?.integer ?? 0))
            })
    }

    /// Sessions that were scored before there was a queue.
    func queueEarlierSessions() async throws {
        _ = try await sessions.updateAll(
            ["score.needsReview": true, "awaitsReview": .null], ["$set": ["awaitsReview": true]])
        try await hideEarlierNumbers()
    }

    /// Sessions that wait since before queries could leave the blind sample out. What is in it depends on a hash that the
    /// database cannot compute.
    private func hideEarlierNumbers() async throws {
        let undecided: BSONDocument = ["awaitsReview": true, "hidesNumbers": .null]
        while true {
            let documents = try await sessions.find(
                undecided, limit: 500, projection: SessionDocument.summaryProjection)
            var changed = 0
            for hides in [true, false] {
                let ids = documents.filter { ((try? SessionDocument.summary($0))?.isBlind == true) == hides }
                    .compactMap { $0["_id"] }
                guard !ids.isEmpty else { continue }
                var query = undecided
                query["_id"] = ["$in": .array(ids)]
                changed += try await sessions.updateAll(query, ["$set": ["hidesNumbers": .bool(hides)]])
            }
            // Another process may be doing the same.
            if documents.isEmpty || changed == 0 { return }
        }
    }

    // MARK: The audit

    public func add(_ entry: AuditEntry, oncePer window: TimeInterval?) async throws {
        try await prepare()
        guard var document = try encoded(entry).document else { return }
        document["_id"] = .objectID(ObjectID(at: entry.time))
        document["once"] = entry.once(per: window).map { .string($0) }
        // Inserts nothing if it is stored already.
        _ = try await auditEntries.insert([document])
    }

    public func audit(matching filter: AuditFilter, limit: Int, after cursor: String?) async throws -> AuditPage {
        var query = BSONDocument()
        query["sessionId"] = filter.sessionId.map { .string($0.text) }
        query["actor"] = filter.actor.map { .string($0) }
        if let cursor = try cursor.map({ try SessionCursor(text: $0) }) {
            query["$or"] = [
                ["time": ["$lt": .date(cursor.createdAt)]],
                ["time": .date(cursor.createdAt), "_id": ["$lt": .objectID(cursor.objectID)]],
            ]
        }
        let limit = max(1, limit)
        let documents = try await auditEntries.find(query, sort: ["time": -1, "_id": -1], limit: limit + 1)
        let items = documents.prefix(limit).compactMap { document in
            do { return try BSONDecoder.decode(AuditEntry.self, from: document) } catch {
                logger.error("an audit entry cannot be read", metadata: ["error": "\(error)"])
                return nil
            }
        }
        var next: SessionCursor?
        if documents.count > limit, let time = documents[limit - 1]["time"]?.date,
            let id = documents[limit - 1]["_id"]?.objectID
        {
            next = SessionCursor(createdAt: time, objectID: id)
        }
        return AuditPage(items: items, nextCursor: next?.text)
    }
}
