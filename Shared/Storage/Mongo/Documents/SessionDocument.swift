import Domain
import Foundation

/// How a session's record is stored in MongoDB: the keys of the record, and the store's own `_id` and `revision`.
enum SessionDocument {
    /// Goes up with every change that depends on the stored record, so that ending a session and adding late events
    /// cannot overwrite each other.
    static let revision = "revision"
    /// What a record is shrunk to when its session ends, in bytes: score, exports and late events come in addition.
    static let largest = 12 << 20
    /// The largest document, in bytes. Below MongoDB's 16 MiB, which the command that stores it must also fit into.
    static let most = 16_000_000

    /// - Throws: `StorageError.refused` for a value that BSON cannot represent.
    static func new(_ record: SessionRecord, id: ObjectID) throws -> BSONDocument {
        var document: BSONDocument = ["_id": .objectID(id)]
        document.elements += try fields(of: record).elements
        document[revision] = 0
        guard BSONWriter.bytes(of: document).count <= largest else {
            throw StorageError(.refused, "this session is larger than the database can hold")
        }
        return document
    }

    /// The record's keys. While there is no outcome, `outcome` is null and not absent, as in the spec.
    static func fields(of record: SessionRecord) throws -> BSONDocument {
        do {
            var document = try BSONEncoder.document(record)
            if record.outcome == nil { document["outcome"] = .null }
            return document
        } catch {
            throw StorageError(.refused, "this session cannot be stored", cause: "\(error)")
        }
    }

    /// The keys that differ between two versions of a record, for `$set`; a removed key becomes null.
    static func changes(from old: SessionRecord, to new: SessionRecord) throws -> BSONDocument {
        let before = try fields(of: old)
        let after = try fields(of: new)
        var changes = BSONDocument()
        for element in after.elements where before[element.key] != element.value { changes.elements.append(element) }
        for element in before.elements where after[element.key] == nil { changes[element.key] = .null }
        return changes
    }

    /// The record of a document. If a document lacks keys that we added to the spec's, defaults are used.
    static func record(_ document: BSONDocument) throws -> SessionRecord {
        do {
            let complete = try completed(document)
            return try BSONDecoder.decode(SessionRecord.self, from: complete)
        } catch {
            let name = document["sessionId"]?.string ?? "a session"
            throw StorageError(.corrupt, "\(name.prefix(16)) cannot be read", cause: "\(error)")
        }
    }

    /// The entry of a document in the lists, which read only the keys of `summaryProjection`.
    static func summary(_ document: BSONDocument) throws -> SessionSummary {
        var flat = document.withoutNulls.completed(with: [
            "personaName": document["personaId"] ?? "", "client": "", "visibility": visibility,
        ])
        flat["phase"] = document["phase"] ?? .string(phase(of: document).rawValue)
        let score = document["score"]?.document
        flat["score"] = score?["overall"]
        flat["verdict"] = score.map { $0["verdict"] ?? ($0["passed"] == false ? "failed" : "passed") }
        flat["passed"] = flat["verdict"].flatMap { $0 == "pending" ? nil : .bool($0 == "passed") }
        flat["needsReview"] = score.map { $0["needsReview"] ?? false }
        flat["counted"] = score.map { $0["counted"] ?? true }
        flat["notCountedReason"] = score?["notCountedReason"]
        let scoring = document["pipeline"]?.document?["scoring"]?.document?["state"]
        flat["rejudging"] = score != nil && (scoring == "pending" || scoring == "leased") ? true : nil
        flat["pipeline"] = nil
        flat["reviewedBy"] = score?["reviewedBy"]
        flat["machineScore"] = score?["machine"]?.document?["overall"]
        let disputes = document["review"]?.document?["disputes"]?.array?.compactMap(\.document) ?? []
        flat["disputed"] = disputes.contains { ($0["answer"] ?? .null) == .null } ? true : nil
        flat["awaitsReview"] = document["awaitsReview"] == true ? true : nil
        flat["review"] = nil
        return try BSONDecoder.decode(SessionSummary.self, from: flat)
    }

    static let summaryProjection: BSONDocument = BSONDocument(
        [
            "sessionId", "traineeId", "personaId", "personaName", "scenarioId", "status", "phase", "outcome",
            "score.overall", "score.passed", "score.verdict", "score.needsReview", "score.counted",
            "score.notCountedReason",
            "pipeline.scoring.state", "finalAttitude", "durationMs", "client", "createdAt", "visibility",
            "score.reviewedBy", "score.machine.overall", "review.disputes.id", "review.disputes.answer.at",
            "awaitsReview",
        ].map { ($0, 1) })

    static func access(_ document: BSONDocument) throws -> SessionAccess {
        do {
            return try BSONDecoder.decode(
                SessionAccess.self,
                from: document.withoutNulls.completed(with: ["createdBy": "", "visibility": visibility]))
        } catch {
            let name = document["sessionId"]?.string ?? "a session"
            throw StorageError(.corrupt, "\(name.prefix(16)) cannot be read", cause: "\(error)")
        }
    }

    static let accessProjection: BSONDocument = BSONDocument(
        [
            "sessionId", "traineeId", "status", "tokenHash", "createdBy", "relay", "owner", "startedAt", "durationMs",
            "rules",
            "visibility",
        ].map { ($0, 1) })

    /// Of documents that do not say: there were no private sessions yet.
    private static let visibility = BSONValue.string(SessionVisibility.submitted.rawValue)
}

// MARK: - Documents that lack keys

extension SessionDocument {
    private static func completed(_ document: BSONDocument) throws -> BSONDocument {
        let personaId = document["personaId"]?.string ?? ""
        let persona = Persona.unknown(id: personaId, name: document["personaName"]?.string ?? personaId)
        let new = NewSession(
            traineeId: "", persona: persona, scenario: .unknown(id: document["scenarioId"]?.string ?? ""), client: "",
            metadata: [:], tokenHash: "", createdBy: "", idempotency: nil)
        guard let id = SessionID(number: 1) else { return document }
        var defaults = try BSONEncoder.document(
            SessionRecord(new, id: id, at: Date(bsonMilliseconds: document["createdAt"]?.date ?? 0)))
        // These keys have no defaults: without them a document is not a session.
        for key in ["sessionId", "traineeId", "status", "createdAt", "tokenHash"] { defaults[key] = nil }
        defaults["phase"] = .string(phase(of: document).rawValue)
        var complete = document.withoutNulls.completed(with: defaults, except: ["metadata"])

        complete.completeItems(of: "transcript") { ["utteranceId": .string("u\($0 + 1)")] }
        complete.completeItems(of: "events") { _ in ["data": .null, "time": 0] }
        complete.completeItems(of: "exports") { _ in ["attempts": 0] }
        if let score = complete["score"]?.document {
            complete["score"] = .document(
                score.completed(with: [
                    "categories": [:], "highlights": [], "improvements": [], "summary": "", "passed": true,
                    "failReasons": [], "details": [], "salesSteps": [], "findings": [],
                    "samples": [score["overall"] ?? 0], "spread": 0, "needsReview": false, "flags": [], "model": "",
                    "rubricVersion": 0, "promptVersion": 0,
                ]))
        }
        // The spec does not define log entries, so entries that other programs wrote are left out.
        if let logs = complete["supervisorLogs"]?.array {
            complete["supervisorLogs"] = .array(
                logs.filter { (try? BSONDecoder.decode(SupervisorLog.self, from: $0)) != nil })
        }
        return complete
    }

    private static func phase(of document: BSONDocument) -> SessionPhase {
        if document["status"]?.string != SessionStatus.ended.rawValue { return .waiting }
        if document["dataFilesWritten"] == true { return .filed }
        return document["score"]?.document == nil ? .ended : .scored
    }
}

extension BSONDocument {
    /// In our records nil optionals are absent; other programs, and `$set`, write null.
    fileprivate var withoutNulls: BSONDocument {
        var document = self
        document.elements.removeAll { $0.value == .null && $0.key != "metadata" }
        return document
    }

    fileprivate mutating func completeItems(of key: String, with defaults: (Int) -> BSONDocument) {
        guard let items = self[key]?.array else { return }
        self[key] = .array(
            items.enumerated().map { index, item in
                item.document.map { .document($0.completed(with: defaults(index))) } ?? item
            })
    }
}

extension Persona {
    /// A placeholder for a persona of which only the name was stored.
    static func unknown(id: String, name: String) -> Persona {
        Persona(
            id: id, version: 0, name: name, type: "", age: 0, language: "en", description: "", voice: "",
            initialAttitude: Attitude.range.lowerBound, traits: [], objections: [], attitudeRules: [],
            realtimePrompt: "",
            supervisorPrompt: "", scoringPrompt: "", productKnowledge: "", rubric: Rubric(version: 0, categories: []),
            scenarios: [])
    }
}

extension Scenario {
    static func unknown(id: String) -> Scenario {
        Scenario(id: id, title: id, description: "", goal: "", situation: "")
    }
}
