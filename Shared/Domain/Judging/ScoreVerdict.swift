/// Decides whether a session is passed, and whether a person has to look at it.
public enum ScoreVerdict {
    /// A person should look at judgements that lie this number of points apart, or more.
    public static let largestSpread = 15
    /// Flag of a session with words that could not be transcribed. Missing findings and a low score then prove nothing.
    public static let wordsMissing = "words_missing"
    static let wordsMissingReason =
        "Part of what the trainee said could not be transcribed, so the call could not be judged as a whole."

    /// A blocker fails the session regardless of its score, and so does a score below the pass mark. Otherwise an
    /// undecided blocker leaves the verdict open.
    ///
    /// - Parameter isReviewed: a person has looked at the session, so that missing words leave nothing open.
    public static func decide(_ card: inout Scorecard, isReviewed: Bool = false) {
        card.failReasons = sentences(card.findings.filter(\.isStandingBlocker))
        let isReadable = isReviewed || !card.flags.contains(wordsMissing)
        if isReadable, card.notCountedReason == Scorecard.noSpeech {
            card.failReasons.insert(Scorecard.noSpeechReason, at: 0)
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
