import Domain

/// Whether a session is passed, and whether a person has to look at it.
enum ScoreVerdict {
    /// Points between the highest and the lowest judgement from which on a person should look.
    static let largestSpread = 15

    /// A blocker fails the session, whatever its score, and so do too few points. A blocker that nobody has decided about leaves
    /// it open.
    static func decide(_ card: inout Scorecard) {
        card.failReasons = sentences(card.findings.filter(\.isStandingBlocker))
        if card.notCountedReason == Scorecard.noSpeech {
            card.failReasons.insert(EmptySession.reason, at: 0)
        } else if card.overall < card.passMark {
            card.failReasons.append("\(card.overall) of 100 points; \(card.passMark) are needed to pass.")
        }
        card.pendingReasons = sentences(card.findings.filter(\.isOpenBlocker))
        card.verdict = !card.failReasons.isEmpty ? .failed : !card.pendingReasons.isEmpty ? .pending : .passed
        var flags = Set(card.flags)
        if card.verdict == .pending { flags.insert("decision_pending") }
        card.flags = flags.sorted()
        card.needsReview = flags.contains { Scorecard.reasonsForReview[$0] != nil }
    }

    /// One for each finding, none twice.
    private static func sentences(_ findings: [Finding]) -> [String] {
        findings.reduce(into: []) { reasons, finding in
            if !reasons.contains(finding.message) { reasons.append(finding.message) }
        }
    }
}
