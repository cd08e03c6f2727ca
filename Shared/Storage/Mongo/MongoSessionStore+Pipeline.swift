public import Domain
public import Foundation

extension MongoSessionStore {
    public func lease(
        _ kind: Pipeline.Kind, of id: SessionID?, for owner: String, until: Date, now: Date
    ) async throws -> SessionRecord? {
        if let id { return try await lease(kind, of: id, for: owner, until: until, now: now) }
        // In two steps, each fully served by an index: a single query for both would read every session.
        for (state, time) in Self.waysOfBeingDue {
            let candidates = try await sessions.find(
                ["pipeline.\(kind.rawValue).state": .string(state)], sort: ["createdAt": 1], limit: Self.mostCandidates,
                projection: ["sessionId": 1, "pipeline.\(kind.rawValue)": 1])
            for candidate in candidates {
                let job = candidate["pipeline"]?.document?[kind.rawValue]?.document
                guard Pipeline.Job.isOver(job?[time]?.date.map { Date(bsonMilliseconds: $0) }, at: now),
                    let id = candidate["sessionId"]?.string.flatMap({ SessionID($0) })
                else { continue }
                if let record = try await lease(kind, of: id, for: owner, until: until, now: now) { return record }
            }
        }
        return nil
    }

    /// The states in which a job can be due, and the field that says from when on.
    private static let waysOfBeingDue = [(state: "pending", time: "notBefore"), (state: "leased", time: "leaseUntil")]

    /// Maximum number of jobs examined in one round, including those that are not due yet.
    private static let mostCandidates = 100

    private func lease(
        _ kind: Pipeline.Kind, of id: SessionID, for owner: String, until: Date, now: Date
    ) async throws -> SessionRecord? {
        let job = "pipeline.\(kind.rawValue)"
        let furthest = BSONValue.date((now + Pipeline.Job.furthest).bsonMilliseconds)
        let now = BSONValue.date(now.bsonMilliseconds)
        // "Not later than" also matches an absent time, unlike "earlier". One update for each state, and then a read,
        // because for `$or` and for findAndModify SecantusDB reads every session.
        for (state, time) in Self.waysOfBeingDue {
            let leased = try await sessions.update(
                [
                    "sessionId": .string(id.text), "\(job).state": .string(state),
                    "\(job).\(time)": ["$not": ["$gt": now, "$lt": furthest]],
                ],
                [
                    "$set": [
                        "\(job).state": "leased", "\(job).owner": .string(owner),
                        "\(job).leaseUntil": .date(until.bsonMilliseconds),
                        "updatedAt": .date(self.time.bsonMilliseconds),
                    ],
                    "$unset": ["\(job).notBefore": ""],
                    "$inc": ["\(job).attempts": 1],
                ])
            if leased != 0 { return try await document(of: id).map(SessionDocument.record) }
        }
        return nil
    }

    public func renew(_ kind: Pipeline.Kind, of id: SessionID, owner: String, until: Date) async throws -> Bool {
        let job = "pipeline.\(kind.rawValue)"
        let renewed = try await sessions.update(
            ["sessionId": .string(id.text), "\(job).owner": .string(owner), "\(job).state": "leased"],
            ["$set": ["\(job).leaseUntil": .date(until.bsonMilliseconds)]])
        return renewed != 0
    }

    public func retryFailedJobs(of id: SessionID) async throws -> Bool {
        try await change(id) { record in
            let (scoring, files) = (record.pipeline.scoring.state, record.pipeline.files.state)
            guard record.retryFailedJobs(at: time) else { return nil }
            return [
                "pipeline.scoring.state": .string(scoring.rawValue), "pipeline.files.state": .string(files.rawValue),
            ]
        }.isChanged
    }

    public func finishScoring(
        _ id: SessionID, owner: String, score: Scorecard, outcome: Outcome
    ) async throws -> Bool {
        for _ in 0..<16 {
            guard let document = try await document(of: id) else { return false }
            let old = try SessionDocument.record(document)
            var new = old
            new.take(score, outcome: outcome)
            var changes: BSONDocument = [
                "score": try encoded(new.score ?? score), "outcome": .string((new.outcome ?? outcome).rawValue),
                "phase": .string(new.phase.rawValue), "pipeline.scoring.state": "done",
                "pipeline.files": try encoded(new.pipeline.files), "awaitsReview": .bool(new.awaitsReview == true),
                "hidesNumbers": .bool(new.hidesNumbers == true), "judgements": .integer(new.judgements ?? 1),
            ]
            if let machine = new.machineScore { changes["machineScore"] = try encoded(machine) }
            let seen = document["review"]?.document?["revision"] ?? .null
            if try await settle(.scoring, of: id, owner: owner, changes, ["review.revision": seen]) { return true }
            // A person was faster, or the lease is lost.
            let now = try await sessions.findOne(["sessionId": .string(id.text)], projection: ["review.revision": 1])
            if (now?["review"]?.document?["revision"] ?? .null) == seen { return false }
        }
        throw StorageError(.unavailable, "\(id) is being changed by too many at once")
    }

    public func finishFiles(_ id: SessionID, owner: String) async throws -> Bool {
        try await settle(
            .files, of: id, owner: owner,
            [
                "dataFilesWritten": true, "phase": .string(SessionPhase.filed.rawValue), "pipeline.files.state": "done",
            ])
    }

    public func failJob(
        _ kind: Pipeline.Kind, of id: SessionID, owner: String, error: String, retryAt: Date?
    ) async throws {
        let job = "pipeline.\(kind.rawValue)"
        var changes: BSONDocument = [
            "\(job).state": retryAt == nil ? "failed" : "pending", "\(job).lastError": .string(error),
        ]
        changes["\(job).notBefore"] = retryAt.map { .date($0.bsonMilliseconds) }
        if kind == .scoring, retryAt == nil {
            changes["pipeline.files"] = try encoded(Pipeline.Job(state: .pending))
        }
        _ = try await settle(kind, of: id, owner: owner, changes)
    }

    public func returnJob(_ kind: Pipeline.Kind, of id: SessionID, owner: String) async throws {
        let job = "pipeline.\(kind.rawValue)"
        _ = try await sessions.update(
            ["sessionId": .string(id.text), "\(job).owner": .string(owner), "\(job).state": "leased"],
            [
                "$set": ["\(job).state": "pending", "updatedAt": .date(time.bsonMilliseconds)],
                "$unset": ["\(job).leaseUntil": "", "\(job).owner": ""], "$inc": ["\(job).attempts": -1],
            ])
    }

    /// Changes a session whose job the owner still holds, and ends the lease. False if the owner neither holds the job
    /// nor has already finished it.
    private func settle(
        _ kind: Pipeline.Kind, of id: SessionID, owner: String, _ changes: BSONDocument,
        _ condition: BSONDocument = [:]
    ) async throws -> Bool {
        let job = "pipeline.\(kind.rawValue)"
        let own: BSONDocument = ["sessionId": .string(id.text), "\(job).owner": .string(owner)]
        var held = own
        held["\(job).state"] = "leased"
        held.elements += condition.elements
        var changes = changes
        changes["updatedAt"] = .date(time.bsonMilliseconds)
        let settled = try await sessions.update(
            held, ["$set": .document(changes), "$unset": ["\(job).leaseUntil": ""]])
        if settled != 0 { return true }
        // The connection may have broken after the database made the change, and the update may have been sent twice.
        var done = own
        done["\(job).state"] = "done"
        return try await sessions.findOne(done, projection: ["_id": 1]) != nil
    }
}
