import Domain

/// Builds one scorecard from one or more judgements.
struct ScorecardAssembly: Sendable {
    let record: SessionRecord
    let findings: [Finding]
    let model: String
    /// Number of requested judgements that failed.
    let missingSamples: Int

    /// The median judgement counts as a whole, so that its texts match its scores; with an even number it is the lower
    /// one of the middle two. Nil without judgements.
    func scorecard(of judgements: [CheckedJudgement]) -> Scorecard? {
        let sorted = judgements.sorted { $0.overall < $1.overall }
        let middle = (sorted.count - 1) / 2
        guard sorted.indices.contains(middle) else { return nil }
        let judgement = sorted[middle]
        let samples = judgements.map(\.overall)
        let spread = Self.spread(samples)
        var flags = judgement.flags
        if spread >= ScoreVerdict.largestSpread { flags.insert("samples_disagree") }
        if missingSamples > 0 { flags.insert("samples_missing") }
        let others = sorted.indices.filter { $0 != middle }.sorted {
            abs(sorted[$0].overall - judgement.overall) < abs(sorted[$1].overall - judgement.overall)
        }
        return Scorecard(
            overall: judgement.overall,
            categories: Dictionary(
                judgement.details.map { ($0.id, $0.score) }, uniquingKeysWith: { first, _ in first }),
            highlights: judgement.highlights, improvements: judgement.improvements, summary: judgement.summary,
            coaching: CoachingMerge.coaching(of: judgement, others: others.map { sorted[$0] }), verdict: .pending,
            failReasons: [],
            details: judgement.details.map { detail in
                var detail = detail
                detail.spread = Self.spread(judgements.flatMap(\.details).filter { $0.id == detail.id }.map(\.score))
                return detail
            },
            salesSteps: judgement.salesSteps, findings: findings, samples: samples, spread: spread, needsReview: false,
            flags: flags.sorted(), model: model, rubricVersion: record.persona.rubric.version,
            promptVersion: Scorer.promptVersion)
    }

    private static func spread(_ scores: [Int]) -> Int { (scores.max() ?? 0) - (scores.min() ?? 0) }
}
