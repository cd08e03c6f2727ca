import Domain
import Foundation
import Storage
import Testing

extension SessionResult {
    /// A session that counts, unless told otherwise. Later numbers are newer.
    static func sample(
        _ number: Int, score: Int? = 70, persona: String = "fmc_smoker", categories: [String: Int] = [:],
        counted: Bool = true, visibility: SessionVisibility = .submitted, status: SessionStatus = .ended,
        verdict: Scorecard.Verdict? = .passed, isStarted: Bool = true, needsReview: Bool = false,
        findings: [Mark] = [], trainee: String = "anna", store: String? = nil
    ) throws -> SessionResult {
        var record = SessionRecord(
            NewSession(
                traineeId: trainee, persona: Fixtures.persona(persona, persona.uppercased(), scenario: "\(persona)_1"),
                scenario: Fixtures.karel.scenarios[0], client: "unity-vr", metadata: [:], tokenHash: "",
                createdBy: "unity", idempotency: nil, visibility: visibility), id: try Fixtures.id(number),
            at: Date(timeIntervalSince1970: 1_700_000_000 + Double(number)))
        record.status = status
        record.outcome = status == .ended ? .converted : nil
        if isStarted { record.startedAt = record.createdAt }
        if let score {
            var card = Fixtures.score
            card.overall = score
            card.counted = counted
            card.verdict = verdict ?? .pending
            card.needsReview = needsReview
            card.details = categories.sorted { $0.key < $1.key }.map { id, points in
                Scorecard.CategoryJudgement(
                    id: id, title: id.capitalized, score: points, weight: 50, rationale: "", evidence: [],
                    capped: false)
            }
            record.score = card
        }
        var result = try #require(SessionResult(record))
        result.findings = findings
        result.store = store
        return result
    }
}

extension [SessionResult] {
    /// As a store gives them.
    var newestFirst: SessionResults { SessionResults(items: reversed(), isComplete: true) }
}
