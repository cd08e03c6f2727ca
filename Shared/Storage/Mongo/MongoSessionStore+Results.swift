import Domain
import Logging

extension MongoSessionStore {
    /// Results per query: a few kilobytes each, so that a reply stays far below 16 MiB.
    private static let resultsPerQuery = 500

    public func results(matching filter: SessionFilter, limit: Int) async throws -> SessionResults {
        let limit = max(1, limit)
        var items: [SessionResult] = []
        var read = 0
        var cursor: SessionCursor?
        while true {
            var query = Self.query(filter)
            if let cursor { query["$or"] = Self.after(cursor) }
            let most = min(Self.resultsPerQuery, limit - read)
            let documents = try await sessions.find(
                query, sort: ["createdAt": -1, "_id": -1], limit: most + 1,
                projection: SessionDocument.resultProjection)
            let page = documents.prefix(most)
            read += page.count
            items += page.compactMap { document in
                do { return try SessionDocument.result(document) } catch {
                    logger.error("a stored session cannot be read", metadata: ["error": "\(error)"])
                    return nil
                }
            }
            guard documents.count > most, let next = page.last.flatMap(SessionCursor.init) else {
                return SessionResults(items: items, isComplete: true)
            }
            guard read < limit else { return SessionResults(items: items, isComplete: false) }
            cursor = next
        }
    }

    public func values(of field: SessionField, matching filter: SessionFilter, limit: Int) async throws -> [String] {
        let groups = try await sessions.aggregate(Self.valuesPipeline(field, filter, limit: limit))
        return groups.compactMap { $0["_id"]?.string }
    }

    static func valuesPipeline(_ field: SessionField, _ filter: SessionFilter, limit: Int) -> [BSONDocument] {
        [
            ["$match": .document(query(filter))],
            ["$project": .document([field.rawValue: 1])],
            ["$group": ["_id": .string("$" + field.rawValue)]],
            ["$match": ["_id": ["$gt": ""]]],
            ["$sort": ["_id": 1]],
            ["$limit": .integer(max(1, limit))],
        ]
    }
}
