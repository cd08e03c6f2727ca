import Domain
import Foundation

extension SessionDocument {
    /// The result of a document, which need have only the keys of `resultProjection`. The only place that says which
    /// numbers of a score count.
    static func result(_ document: BSONDocument) throws -> SessionResult {
        let score = document["score"]?.document
        return SessionResult(
            summary: try summary(document),
            startedAt: document["startedAt"]?.date.map { Date(bsonMilliseconds: $0) },
            language: document["persona"]?.document?["language"]?.string ?? "en",
            market: document["rules"]?.document?["market"]?.string,
            store: document["metadata"]?.document?["store"]?.string.map(SessionResult.shortened),
            categories: (score?["details"]?.array ?? []).compactMap { category($0.document) },
            findings: (score?["findings"]?.array ?? []).compactMap { mark($0.document) })
    }

    static let resultProjection: BSONDocument = {
        var projection = summaryProjection
        for key in [
            "startedAt", "persona.language", "rules.market", "metadata.store", "score.details.id",
            "score.details.title", "score.details.score", "score.details.weight", "score.findings.rule",
            "score.findings.status",
        ] { projection[key] = 1 }
        return projection
    }()

    private static func category(_ item: BSONDocument?) -> SessionResult.Category? {
        guard let id = item?["id"]?.string, let score = item?["score"]?.integer else { return nil }
        return SessionResult.Category(
            id: id, title: item?["title"]?.string ?? id, score: Int(clamping: score),
            weight: Int(clamping: item?["weight"]?.integer ?? 0))
    }

    private static func mark(_ item: BSONDocument?) -> SessionResult.Mark? {
        guard let rule = item?["rule"]?.string, let status = item?["status"]?.string.flatMap(Finding.Status.init)
        else { return nil }
        return SessionResult.Mark(rule: rule, status: status)
    }
}
