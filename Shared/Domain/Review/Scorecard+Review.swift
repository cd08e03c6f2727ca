/// What the machine said, beside the numbers of a person.
public struct MachineScore: Codable, Hashable, Sendable {
    public var overall: Int
    public var categories: [String: Int]
    public var verdict: Scorecard.Verdict
    public var outcome: Outcome?
    /// The machine's own revision.
    public var revision: Int
    /// True if the machine has judged the session again since a person looked at it.
    public var changedSince: Bool?

    init(_ card: Scorecard, changedSince: Bool) {
        overall = card.overall
        categories = card.categories
        verdict = card.verdict
        outcome = card.outcome
        revision = card.revision
        self.changedSince = changedSince ? true : nil
    }
}

extension Scorecard {
    /// This score of the machine with what a person decided: their scores and findings count where there are any, and
    /// points, verdict and outcome follow from them by the machine's own rules. The caps of rules and of
    /// short conversations and the blockers hold for people too; the cap for want of a quote does not, because a person
    /// sees what no quote shows.
    ///
    /// - Parameter record: the session, for its outcome.
    public func reviewed(by review: TrainerReview, in record: SessionRecord) -> Scorecard {
        guard review.isReviewed else { return self }
        var card = self
        card.findings = findings.map { finding in
            review.findings.first { $0.findingId == finding.findingId }.map(finding.settled) ?? finding
        }
        let talk = facts.flatMap { ShortTalk.caps(of: record.persona)[$0.turns] }
        card.details = details.map { [card] detail in
            var detail = detail
            detail.correction = review.categories.first { $0.id == detail.id }
            let score = card.score(detail.score, of: detail.id, detail.correction, talk)
            if score != detail.score || detail.correction != nil { detail.machineScore = detail.score }
            detail.score = score
            return detail
        }
        for (id, score) in categories {
            let correction = review.categories.first { $0.id == id }
            card.categories[id] = card.score(score, of: id, correction, talk)
        }
        // Scores of earlier versions have no details, so no weights: there the points stay as they were.
        if !details.isEmpty { card.overall = ScoreWeights.overall(of: card.details) }
        let isOutdated = revision > (review.reviewedRevision ?? revision)
        card.flags.removeAll { $0 == "decision_pending" }
        if isOutdated { card.flags.append("machine_changed") }
        ScoreVerdict.decide(&card, isReviewed: true)
        card.needsReview = card.verdict == .pending || isOutdated
        if findings.contains(where: \.isStandingBlocker) != card.findings.contains(where: \.isStandingBlocker) {
            card.outcome = OutcomeAdjudication.outcome(
                OutcomeAdjudication.facts(
                    of: record, claims: OutcomeAdjudication.claims(of: record), findings: card.findings,
                    showsSale: OutcomeAdjudication.showsSale(card.salesSteps)))
        }
        card.machine = MachineScore(self, changedSince: isOutdated)
        card.reviewedBy = review.reviewedBy
        card.reviewedAt = review.reviewedAt
        return card
    }

    /// Whether a cap may have held down this score of the machine: it stands at the cap, or no quote supported it.
    ///
    /// - Parameter talkCap: maximum score of any category, because the conversation was short.
    func isCapped(_ category: String, talkCap: Int?) -> Bool {
        if details.contains(where: { $0.id == category && $0.capped }) { return true }
        guard let score = categories[category],
            let cap = [RuleCaps.cap(of: category, by: findings)?.score, talkCap].compactMap(\.self).min()
        else { return false }
        return score >= cap
    }

    private func score(
        _ machine: Int, of category: String, _ correction: TrainerReview.Correction?, _ talk: Int?
    ) -> Int {
        min(correction?.score ?? machine, RuleCaps.cap(of: category, by: findings)?.score ?? 100, talk ?? 100)
    }
}

extension Finding {
    fileprivate func settled(_ decision: TrainerReview.Decision) -> Finding {
        guard status != .satisfied else { return self }
        var finding = self
        finding.status = decision.decision == .upheld ? .violated : .dismissed
        finding.decidedBy = .person
        finding.reason = decision.note
        return finding
    }
}
