import Domain
import Logging

extension MongoSessionStore {
    /// Maximum number of personas or trainees in the statistics.
    private static let mostGroups = 500

    public func sessions(matching filter: SessionFilter, limit: Int, after cursor: String?) async throws -> SessionPage
    {
        var query = Self.query(filter)
        if let cursor = try cursor.map({ try SessionCursor(text: $0) }) { query["$or"] = Self.after(cursor) }
        let limit = max(1, limit)
        // One more than asked for shows whether there is another page.
        let documents = try await sessions.find(
            query, sort: ["createdAt": -1, "_id": -1], limit: limit + 1, projection: SessionDocument.summaryProjection)
        let items = documents.prefix(limit).compactMap { document in
            do { return try SessionDocument.summary(document) } catch {
                logger.error("a stored session cannot be read", metadata: ["error": "\(error)"])
                return nil
            }
        }
        let next = documents.count > limit ? SessionCursor(documents[limit - 1]) : nil
        return SessionPage(items: items, nextCursor: next?.text)
    }

    /// What comes after a session in the order of the lists.
    static func after(_ cursor: SessionCursor) -> BSONValue {
        [
            ["createdAt": ["$lt": .date(cursor.createdAt)]],
            ["createdAt": .date(cursor.createdAt), "_id": ["$lt": .objectID(cursor.objectID)]],
        ]
    }

    public func statistics(matching filter: SessionFilter) async throws -> SessionStatistics {
        async let total = sessions.aggregate(Self.totalPipeline(filter))
        async let ended = sessions.aggregate(Self.outcomePipeline(filter))
        async let personas = sessions.aggregate(Self.groupPipeline(filter, by: "personaId", name: "personaName"))
        async let trainees = sessions.aggregate(Self.groupPipeline(filter, by: "traineeId", name: "traineeId"))
        async let unknown = sessions.aggregate(Self.unknownPipeline(filter))
        async let reviewers = sessions.aggregate(Self.reviewerPipeline(filter))
        let all = Numbers(try await total.first ?? [:])
        let outcomes = try await ended
        return SessionStatistics(
            totalSessions: all.sessions,
            activeSessions: all.sessions - all.ended,
            endedSessions: all.ended,
            scoredSessions: all.scored,
            notCountedSessions: all.notCounted,
            averageScore: all.averageScore,
            averageScoreOf: all.averageScoreOf,
            averageMachineScore: all.averageMachineScore,
            reviewedSessions: all.reviewed,
            reviewers: try await reviewers.compactMap { group in
                group["_id"]?.string.map {
                    SessionStatistics.Reviewer(name: $0, sessions: Int(clamping: group["sessions"]?.integer ?? 0))
                }
            },
            conversionRate: all.conversionRate,
            conversionRateOf: all.conversionRateOf,
            averageDurationMs: all.averageDurationMs,
            outcomes: Dictionary(
                outcomes.compactMap { outcome in
                    outcome["_id"]?.string.map { ($0, Int(clamping: outcome["sessions"]?.integer ?? 0)) }
                }, uniquingKeysWith: +),
            byPersona: Self.groups(try await personas),
            byTrainee: Self.groups(try await trainees),
            unknownInteractions: try await unknown.compactMap { group in
                let pair = group["_id"]?.document
                guard let object = pair?["object"]?.string, let action = pair?["action"]?.string else { return nil }
                return .init(object: object, action: action, sessions: Int(clamping: group["sessions"]?.integer ?? 0))
            })
    }

    // MARK: Statistics, in stages that compatible databases have too: Amazon DocumentDB has no `$facet`

    static func totalPipeline(_ filter: SessionFilter) -> [BSONDocument] {
        chosen(filter, ["status", "outcome", "durationMs"]) + [["$group": .document(group(by: .null, name: .null))]]
    }

    static func outcomePipeline(_ filter: SessionFilter) -> [BSONDocument] {
        chosen(filter, ["status", "outcome"]) + [
            ["$match": ["status": "ended", "outcome": ["$gt": ""], "score.counted": ["$ne": false]]],
            ["$group": ["_id": "$outcome", "sessions": ["$sum": 1]]],
        ]
    }

    /// - Parameter name: the field whose latest value names a group.
    static func groupPipeline(_ filter: SessionFilter, by key: String, name: String) -> [BSONDocument] {
        chosen(filter, ["status", "outcome", "durationMs", "createdAt", key, name]) + [
            ["$sort": ["createdAt": 1]],
            ["$group": .document(group(by: .string("$" + key), name: .string("$" + name)))],
            ["$sort": ["sessions": -1, "_id": 1]],
            ["$limit": .integer(mostGroups)],
        ]
    }

    static func unknownPipeline(_ filter: SessionFilter) -> [BSONDocument] {
        chosen(filter, []) + [
            ["$unwind": "$score.unknownInteractions"],
            ["$group": ["_id": "$score.unknownInteractions", "sessions": ["$sum": 1]]],
            ["$sort": ["sessions": -1, "_id": 1]],
            ["$limit": .integer(SessionStatistics.mostUnknownInteractions)],
        ]
    }

    static func reviewerPipeline(_ filter: SessionFilter) -> [BSONDocument] {
        chosen(filter, []) + [
            ["$match": ["score.reviewedBy": ["$gt": ""]]],
            ["$group": ["_id": "$score.reviewedBy", "sessions": ["$sum": 1]]],
            ["$sort": ["sessions": -1, "_id": 1]],
            ["$limit": .integer(SessionStatistics.mostReviewers)],
        ]
    }

    /// The sessions, without their conversations: whole documents would have to be sorted in memory.
    private static func chosen(_ filter: SessionFilter, _ fields: Set<String>) -> [BSONDocument] {
        var projection: BSONDocument = [
            "score.counted": 1, "score.overall": 1, "score.unknownInteractions": 1, "persona.mustNotBeServed": 1,
            "score.reviewedBy": 1, "score.machine.overall": 1,
        ]
        for field in fields.sorted() { projection[field] = 1 }
        return [["$match": .document(query(filter, withErased: true))], ["$project": .document(projection)]]
    }

    // MARK: The query

    /// Values from outside enter only as strings and dates.
    ///
    /// - Parameter withErased: also what is left of erased sessions, which figures over many sessions count.
    static func query(_ filter: SessionFilter, withErased: Bool = false) -> BSONDocument {
        var query = BSONDocument()
        if !withErased { query[TombstoneDocument.isErased] = .null }
        query["traineeId"] = filter.traineeId.map { .string($0) }
        query["personaId"] = filter.personaId.map { .string($0) }
        query["scenarioId"] = filter.scenarioId.map { .string($0) }
        query["outcome"] = filter.outcome.map { .string($0.rawValue) }
        query["status"] = filter.status.map { .string($0.rawValue) }
        query["client"] = filter.client.map { .string($0) }
        query["createdBy"] = filter.createdBy.map { .string($0) }
        query["rules.market"] = filter.market.map { .string($0) }
        query["metadata.store"] = filter.store.map { .string($0) }
        query["sessionId"] = filter.sessionIds.map { ids in
            ["$in": .array(ids.sorted { $0.text < $1.text }.map { .string($0.text) })]
        }
        query["visibility"] = condition(filter.visibility)
        query["awaitsReview"] = filter.awaitsReview.map { .bool($0) }
        if filter.leavesOutBlind { query["hidesNumbers"] = ["$ne": true] }
        var range = BSONDocument()
        range["$gte"] = filter.from.map { .date($0.bsonMilliseconds) }
        range["$lt"] = filter.to.map { .date($0.bsonMilliseconds) }
        if !range.elements.isEmpty { query["createdAt"] = .document(range) }
        return query
    }

    /// Documents without the field are submitted. Nil if any will do.
    private static func condition(_ visibility: Set<SessionVisibility>) -> BSONValue? {
        let hidden = BSONValue.string(SessionVisibility.private.rawValue)
        return switch (visibility.contains(.private), visibility.contains(.submitted)) {
        case (true, true): nil
        case (false, true): ["$ne": hidden]
        case (true, false): hidden
        case (false, false): ["$in": []]
        }
    }

    // MARK: Groups

    private static func group(by key: BSONValue, name: BSONValue) -> BSONDocument {
        let ended: BSONValue = ["$eq": ["$status", "ended"]]
        // An absent value is not false: a session whose scoring failed is counted. A session that no client connected
        // to has no outcome.
        let spoiled: BSONValue = ["$eq": ["$score.counted", false]]
        let scored: BSONValue = ["$gte": ["$score.overall", 0]]
        let averaged: BSONValue = ["$and": [scored, ["$ne": ["$score.counted", false]]]]
        let corrected: BSONValue = ["$gte": ["$score.machine.overall", 0]]
        let hasOutcome: BSONValue = ["$gt": ["$outcome", ""]]
        let counted: BSONValue = ["$and": [ended, hasOutcome, ["$ne": ["$score.counted", false]]]]
        let sellable: BSONValue = ["$and": [counted, ["$ne": ["$persona.mustNotBeServed", true]]]]
        let converted: BSONValue = ["$and": [sellable, ["$eq": ["$outcome", "converted"]]]]
        return [
            "_id": key,
            "name": ["$last": name],
            "sessions": ["$sum": 1],
            "ended": ["$sum": ["$cond": [ended, 1, 0]]],
            "sellable": ["$sum": ["$cond": [sellable, 1, 0]]],
            "notCounted": ["$sum": ["$cond": [spoiled, 1, 0]]],
            "converted": ["$sum": ["$cond": [converted, 1, 0]]],
            "scored": ["$sum": ["$cond": [scored, 1, 0]]],
            "averaged": ["$sum": ["$cond": [averaged, 1, 0]]],
            // `$avg` ignores values that are not numbers.
            "averageScore": ["$avg": ["$cond": [spoiled, .null, "$score.overall"]]],
            "averageMachineScore": [
                "$avg": [
                    "$cond": [spoiled, .null, ["$cond": [corrected, "$score.machine.overall", "$score.overall"]]]
                ]
            ],
            "reviewed": ["$sum": ["$cond": [["$gt": ["$score.reviewedBy", ""]], 1, 0]]],
            "averageDurationMs": ["$avg": ["$cond": [counted, "$durationMs", .null]]],
        ]
    }

    private static func groups(_ documents: [BSONDocument]) -> [SessionStatistics.Group] {
        documents.compactMap { group in
            guard let key = group["_id"]?.string else { return nil }
            let numbers = Numbers(group)
            return SessionStatistics.Group(
                key: key, name: group["name"]?.string ?? key, sessions: numbers.sessions,
                averageScore: numbers.averageScore, averageScoreOf: numbers.averageScoreOf,
                conversionRate: numbers.conversionRate, conversionRateOf: numbers.conversionRateOf)
        }
    }

    private struct Numbers {
        let sessions: Int
        let ended: Int
        let scored: Int
        let notCounted: Int
        let averageScore: Double?
        let averageScoreOf: Int
        let averageMachineScore: Double?
        let reviewed: Int
        let averageDurationMs: Double?
        let conversionRate: Double?
        let conversionRateOf: Int

        init(_ group: BSONDocument) {
            func count(_ key: String) -> Int { Int(clamping: group[key]?.integer ?? 0) }
            sessions = count("sessions")
            ended = count("ended")
            scored = count("scored")
            notCounted = count("notCounted")
            averageScore = group["averageScore"]?.number
            averageScoreOf = count("averaged")
            averageMachineScore = group["averageMachineScore"]?.number
            reviewed = count("reviewed")
            averageDurationMs = group["averageDurationMs"]?.number
            conversionRateOf = count("sellable")
            conversionRate = conversionRateOf > 0 ? Double(count("converted")) / Double(conversionRateOf) : nil
        }
    }
}
