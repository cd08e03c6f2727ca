import Domain
package import Foundation

/// How a tombstone is stored: in the session's place, so that one update erases the session and refuses every write after
/// it, the number is never given again, and the pipelines of figures count it like a session.
enum TombstoneDocument {
    /// True in a tombstone, absent in a session.
    static let isErased = "erased"

    /// What is read of a session to make its tombstone, and of a tombstone.
    static let projection = BSONDocument(
        [
            "sessionId", "updatedAt", "personaId", "personaName", "scenarioId", "outcome", "durationMs", "visibility",
            "createdAt", "rules.market", "persona.mustNotBeServed", "score.overall", "score.counted", "score.verdict",
            "score.passed", "score.reviewedBy", "score.machine.overall", "exports", "erased", "erasedAt", "erasure",
            "withdrawals",
        ].map { ($0, 1) })

    /// The tombstone of a session of which at least the keys of `projection` are given.
    static func new(
        of session: BSONDocument, person: String?, at now: Date
    ) throws -> (document: BSONDocument, tombstone: Tombstone) {
        var document: BSONDocument = [
            "sessionId": session["sessionId"] ?? "", "status": "ended", "phase": .string(SessionPhase.filed.rawValue),
            isErased: true, "erasedAt": .date(now.bsonMilliseconds), "outcome": session["outcome"] ?? .null,
        ]
        for key in ["personaId", "personaName", "scenarioId", "durationMs", "visibility"] {
            document[key] = session[key]
        }
        document["createdAt"] = (session["createdAt"]?.date).map { .date(month(of: $0)) }
        keep(["market"], of: "rules", in: session, &document)
        keep(["mustNotBeServed"], of: "persona", in: session, &document)
        keep(["overall", "counted", "verdict", "passed", "reviewedBy"], of: "score", in: session, &document)
        if let points = session["score"]?.document?["machine"]?.document?["overall"],
            var score = document["score"]?.document
        {
            score["machine"] = ["overall": points]
            document["score"] = .document(score)
        }
        let exports = (session["exports"]?.array ?? []).compactMap { item -> ExportRecord? in
            item.document.flatMap {
                try? BSONDecoder.decode(ExportRecord.self, from: .document($0.completed(with: ["attempts": 0])))
            }
        }
        let withdrawals = exports.filter(Withdrawal.isDue).map { Withdrawal(exportId: $0.exportId, nextAttemptAt: now) }
        let id = session["sessionId"]?.string.flatMap { SessionID($0) }
        guard let id else { throw StorageError(.corrupt, "a session has no number") }
        let tombstone = Tombstone(
            sessionId: id, erasedAt: now, person: person,
            counts: ErasureCounts(sessions: 1, exports: withdrawals.count), withdrawals: withdrawals)
        document["erasure"] = erasure(tombstone)
        if !withdrawals.isEmpty { document["withdrawals"] = try BSONEncoder.value(withdrawals) }
        return (document, tombstone)
    }

    /// Nil for the document of a session.
    static func tombstone(_ document: BSONDocument) -> Tombstone? {
        guard document[isErased] == true, let id = document["sessionId"]?.string.flatMap({ SessionID($0) }) else {
            return nil
        }
        let erasure = document["erasure"]?.document
        func count(_ key: String) -> Int { Int(clamping: erasure?[key]?.integer ?? 0) }
        let withdrawals = document["withdrawals"].flatMap { try? BSONDecoder.decode([Withdrawal].self, from: $0) }
        return Tombstone(
            sessionId: id, erasedAt: Date(bsonMilliseconds: document["erasedAt"]?.date ?? 0),
            person: erasure?["person"]?.string,
            counts: ErasureCounts(
                sessions: 1, facts: count("facts"), files: count("files"), exports: count("exports")),
            withdrawals: withdrawals ?? [])
    }

    private static func erasure(_ tombstone: Tombstone) -> BSONValue {
        let counts = tombstone.counts
        var document: BSONDocument = [
            "facts": .integer(counts.facts), "files": .integer(counts.files), "exports": .integer(counts.exports),
        ]
        document["person"] = tombstone.person.map { .string($0) }
        return .document(document)
    }

    private static func keep(
        _ keys: [String], of parent: String, in session: BSONDocument, _ document: inout BSONDocument
    ) {
        guard let old = session[parent]?.document else { return }
        var kept = BSONDocument()
        for key in keys { kept[key] = old[key] }
        if !kept.elements.isEmpty { document[parent] = .document(kept) }
    }

    /// The first moment of a month, in UTC.
    private static func month(of milliseconds: Int64) -> Int64 {
        Date(bsonMilliseconds: milliseconds).startOfMonth.bsonMilliseconds
    }
}

extension Date {
    /// In UTC.
    package var startOfMonth: Date {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar.date(from: calendar.dateComponents([.year, .month], from: self)) ?? self
    }
}
