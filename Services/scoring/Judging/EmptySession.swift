import Domain

/// The scorecard of a session in which the trainee said nothing. No model is asked, because it could only make things
/// up.
enum EmptySession {
    static let reason = Scorecard.noSpeechReason

    static func scorecard(
        of record: SessionRecord, steps: [SalesStep], findings: [Finding], model: String
    ) -> Scorecard {
        let details = record.persona.rubric.categories.map { category in
            Scorecard.CategoryJudgement(
                id: category.id, title: category.title, score: 0, weight: category.weight, rationale: reason,
                evidence: [], capped: false)
        }
        return Scorecard(
            overall: 0, categories: Dictionary(details.map { ($0.id, 0) }, uniquingKeysWith: { first, _ in first }),
            highlights: [], improvements: [], summary: reason, verdict: .pending,
            failReasons: [], details: details,
            salesSteps: steps.map { SalesStepResult(id: $0.id, status: .missed, evidence: []) }, findings: findings,
            samples: [0], spread: 0, needsReview: false, flags: ["no_trainee_speech"], model: model,
            rubricVersion: record.persona.rubric.version, promptVersion: Scorer.promptVersion)
    }
}
