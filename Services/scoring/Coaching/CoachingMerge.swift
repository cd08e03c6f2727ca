import Domain

/// One coaching from the checked judgements. The texts are those of the median judgement, so that they match its scores;
/// the others vote on what matters most, and fill up what it leaves out.
enum CoachingMerge {
    /// - Parameters:
    ///   - median: the judgement whose scores count.
    ///   - others: the rest, the nearest first.
    static func coaching(of median: CheckedJudgement, others: [CheckedJudgement]) -> Coaching {
        let all = [median] + others
        var places: [Place] = []
        for judgement in all {
            var own: Set<Int> = []
            for advice in judgement.workOn {
                let known = places.firstIndex { $0.holds(advice) }
                if known == nil { places.append(Place(advice: advice)) }
                let index = known ?? places.count - 1
                // A judgement has one vote for a place.
                if own.insert(index).inserted { places[index].votes += 1 }
            }
        }
        let ranked = places.enumerated().sorted { ($1.element.votes, $0.offset) < ($0.element.votes, $1.offset) }
        func first(_ text: (CheckedJudgement) -> String?) -> String? { all.compactMap(text).first }
        return Coaching(
            workOn: ranked.prefix(Coaching.most).map(\.element.advice), keep: first(\.keep), start: first(\.start),
            stop: first(\.stop), weakest: weakest(of: median.details)?.id)
    }

    private struct Place {
        var advice: Coaching.Advice
        var votes = 0

        /// The same utterance, or the same kind of thing that was left out.
        func holds(_ other: Coaching.Advice) -> Bool {
            advice.utteranceId == nil
                ? other.utteranceId == nil && advice.category == other.category
                : advice.utteranceId == other.utteranceId
        }
    }

    /// The category with the lowest score; of equal ones the one that weighs more.
    static func weakest(of details: [Scorecard.CategoryJudgement]) -> Scorecard.CategoryJudgement? {
        details.enumerated().min {
            ($0.element.score, -$0.element.weight, $0.offset) < ($1.element.score, -$1.element.weight, $1.offset)
        }?.element
    }
}
