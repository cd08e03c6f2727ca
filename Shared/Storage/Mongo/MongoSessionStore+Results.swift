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
        while read < limit {
            let documents = try await results(filter, after: cursor, limit: min(Self.resultsPerQuery, limit - read))
            // A page may be short because a reply has no room for more, so only an empty one is the end.
            guard let last = documents.last.flatMap(SessionCursor.init) else {
                return SessionResults(items: items, isComplete: true)
            }
            read += documents.count
            items += documents.compactMap { document in
                do { return try SessionDocument.result(document) } catch {
                    logger.error("a stored session cannot be read", metadata: ["error": "\(error)"])
                    return nil
                }
            }
            cursor = last
        }
        let isComplete = try await results(filter, after: cursor, limit: 1).isEmpty
        return SessionResults(items: items, isComplete: isComplete)
    }

    private func results(
        _ filter: SessionFilter, after cursor: SessionCursor?, limit: Int
    ) async throws -> [BSONDocument] {
        var query = Self.query(filter)
        if let cursor { query["$or"] = Self.after(cursor) }
        return try await sessions.find(
            query, sort: ["createdAt": -1, "_id": -1], limit: limit, projection: SessionDocument.resultProjection)
    }

    public func values(of field: SessionField, matching filter: SessionFilter, limit: Int) async throws -> [String] {
        let groups = try await sessions.aggregate(Self.valuesPipeline(field, filter, limit: limit))
        // A longer text is no name that anybody would choose from a list.
        return groups.compactMap { $0["_id"]?.string }.filter { $0.unicodeScalars.count <= SessionResult.longestStore }
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
