import Domain

/// Whether a session is passed, and whether a person has to look at it.
enum ScoreVerdict {
    /// Points between the highest and the lowest judgement from which on a person should look.
    static let largestSpread = 15

    /// What has a person look at a score; the other flags only say how it came about.
    static let reasonsForReview: Set<String> = [
        "outcome_disputed", "finding_disputed", "samples_disagree", "samples_missing", "quotes_dropped",
        "unsupported_category", "unclear_speech", "injection_suspected", "review_missing", "review_undecided",
        "review_overruled", "blocker_by_review", "decision_pending", "rulebook_missing", "rules_language_missing",
        "review_cut", "judge_changed",
    ]

    /// A blocker fails the session, whatever its score, and so do too few points. A blocker that nobody has decided about leaves
    /// it open.
    static func decide(_ card: inout Scorecard) {
        card.failReasons = failReasons(card.findings)
        if card.notCountedReason == Scorecard.noSpeech {
            card.failReasons.insert(EmptySession.reason, at: 0)
        } else if card.overall < card.passMark {
            card.failReasons.append("\(card.overall) of 100 points; \(card.passMark) are needed to pass.")
        }
        card.pendingReasons = pendingReasons(card.findings)
        card.verdict = !card.failReasons.isEmpty ? .failed : !card.pendingReasons.isEmpty ? .pending : .passed
        var flags = Set(card.flags)
        if card.verdict == .pending { flags.insert("decision_pending") }
        card.flags = flags.sorted()
        card.needsReview = !flags.isDisjoint(with: reasonsForReview)
    }

    /// One sentence each, none twice.
    static func failReasons(_ findings: [Finding]) -> [String] { sentences(findings.filter(\.isStandingBlocker)) }

    private static func pendingReasons(_ findings: [Finding]) -> [String] {
        sentences(findings.filter(\.isOpenBlocker))
    }

    private static func sentences(_ findings: [Finding]) -> [String] {
        findings.reduce(into: []) { reasons, finding in
            if !reasons.contains(finding.message) { reasons.append(finding.message) }
        }
    }
}
