import Domain

/// Makes one scorecard of one or several judgements.
struct ScorecardAssembly: Sendable {
    /// Points between the highest and the lowest judgement from which on a person should look.
    static let largestSpread = 15

    let record: SessionRecord
    let findings: [Finding]
    let model: String
    /// Judgements that were wanted and did not come about.
    let missingSamples: Int

    /// The judgement in the middle counts whole, so that its words and its numbers belong together; of an even number the
    /// lower one of the middle two.
    ///
    /// - Parameter judgements: at least one.
    func scorecard(of judgements: [CheckedJudgement]) -> Scorecard {
        let sorted = judgements.sorted { $0.overall < $1.overall }
        let samples = judgements.map(\.overall)
        let spread = (samples.max() ?? 0) - (samples.min() ?? 0)
        guard sorted.indices.contains((sorted.count - 1) / 2) else {
            return EmptySession.scorecard(of: record, steps: [], findings: findings, model: model)
        }
        let middle = sorted[(sorted.count - 1) / 2]

        var flags = middle.flags
        if spread > Self.largestSpread { flags.insert("samples_disagree") }
        if missingSamples > 0 { flags.insert("samples_missing") }
        if findings.contains(where: { $0.rule == "injection_suspected" }) { flags.insert("injection_suspected") }
        // Models copy a word wrong now and then. One in three is no slip.
        let isUnreliable = 3 * (middle.quotes - middle.quotesKept) > middle.quotes
        let needsReview =
            isUnreliable
            || !flags.isDisjoint(with: ["samples_disagree", "injection_suspected", "unsupported_category"])
        let reasons = Self.failReasons(findings)
        return Scorecard(
            overall: middle.overall,
            categories: Dictionary(middle.details.map { ($0.id, $0.score) }, uniquingKeysWith: { first, _ in first }),
            highlights: middle.highlights, improvements: middle.improvements, summary: middle.summary,
            passed: reasons.isEmpty, failReasons: reasons, details: middle.details, salesSteps: middle.salesSteps,
            findings: findings, samples: samples, spread: spread, needsReview: needsReview, flags: flags.sorted(),
            model: model, rubricVersion: record.persona.rubric.version, promptVersion: Scorer.promptVersion)
    }

    /// A blocker fails the session, whatever its score. One sentence each, none twice.
    static func failReasons(_ findings: [Finding]) -> [String] {
        findings.filter { $0.status == .violated && $0.severity == .blocker }.reduce(into: []) { reasons, finding in
            if !reasons.contains(finding.message) { reasons.append(finding.message) }
        }
    }
}
