import Domain

/// Decides whether a session is passed, and whether a person has to look at it.
enum ScoreVerdict {
    /// A person should look at judgements that lie this number of points apart, or more.
    static let largestSpread = 15
    /// Flag of a session with words that could not be transcribed. Missing findings and a low score then prove nothing.
    static let wordsMissing = "words_missing"
    static let wordsMissingReason =
        "Part of what the trainee said could not be transcribed, so the call could not be judged as a whole."

    /// A blocker fails the session regardless of its score, and so does a score below the pass mark. Otherwise an
    /// undecided blocker leaves the verdict open.
    static func decide(_ card: inout Scorecard) {
        card.failReasons = sentences(card.findings.filter(\.isStandingBlocker))
        let isReadable = !card.flags.contains(wordsMissing)
        if isReadable, card.notCountedReason == Scorecard.noSpeech {
            card.failReasons.insert(EmptySession.reason, at: 0)
        } else if isReadable, card.overall < card.passMark {
            card.failReasons.append("\(card.overall) of 100 points; \(card.passMark) are needed to pass.")
        }
        card.pendingReasons = sentences(card.findings.filter(\.isOpenBlocker))
        if !isReadable { card.pendingReasons.append(wordsMissingReason) }
        card.verdict = !card.failReasons.isEmpty ? .failed : !card.pendingReasons.isEmpty ? .pending : .passed
        var flags = Set(card.flags)
        if card.verdict == .pending { flags.insert("decision_pending") }
        card.flags = flags.sorted()
        card.needsReview = flags.contains { Scorecard.reasonsForReview[$0] != nil }
    }

    /// The messages of the findings, without duplicates.
    private static func sentences(_ findings: [Finding]) -> [String] {
        findings.reduce(into: []) { reasons, finding in
            if !reasons.contains(finding.message) { reasons.append(finding.message) }
        }
    }
}
