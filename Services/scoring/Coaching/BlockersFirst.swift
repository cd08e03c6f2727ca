import Domain

/// Puts what failed the call before everything else that a judge proposes to work on: nothing else counts until that is
/// mended, and a judge may rank it last or leave it out.
enum BlockersFirst {
    /// The category of the rubrics that the rules cap.
    private static let category = "compliance"

    /// - Parameter findings: with their final status.
    static func workOn(
        _ workOn: [Coaching.Advice], findings: [Finding], in record: SessionRecord
    ) -> [Coaching.Advice] {
        var first: [Coaching.Advice] = []
        var rest = workOn
        for blocker in findings.filter(\.isStandingBlocker).sorted(by: { $0.time < $1.time }) {
            let isKnown = first.contains { isSamePlace($0, blocker) }
            if isKnown || first.count == Coaching.most { continue }
            if let index = rest.firstIndex(where: { isSamePlace($0, blocker) }) {
                first.append(rest.remove(at: index))
            } else {
                first.append(advice(about: blocker, in: record))
            }
        }
        return Array((first + rest).prefix(Coaching.most))
    }

    /// The same words; for a blocker that rests on an event, something that was left out.
    private static func isSamePlace(_ advice: Coaching.Advice, _ blocker: Finding) -> Bool {
        advice.category == category && advice.utteranceId == blocker.evidence.utteranceId
    }

    /// In the words of the rule, which also say what to do instead.
    private static func advice(about blocker: Finding, in record: SessionRecord) -> Coaching.Advice {
        let utterance = record.transcript.first { $0.utteranceId == blocker.evidence.utteranceId }
        return Coaching.Advice(
            category: category, utteranceId: blocker.evidence.utteranceId,
            quote: utterance.map { blocker.evidence.text ?? $0.text }, time: utterance?.startTime ?? blocker.time,
            advice: blocker.message)
    }
}
