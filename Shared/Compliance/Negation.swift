/// Tells «it is not risk-free» from «it is risk-free»: the words before a phrase that turn it round, or that only
/// report what the customer said.
struct Negation: Sendable {
    /// How far back a negation reaches, in words of the same clause.
    static let reach = 8

    /// `not`, `*n't`, `never`, …, and `you asked`, which makes what follows the customer's words.
    let negators: [PhrasePattern]
    /// What looks like a negation and is none: `no doubt`, `not only`, `don't worry`.
    let mistaken: [PhrasePattern]
    /// Words that carry a negation over the comma before them: «I don't say, *that* it is healthy». Czech always has one.
    let continuations: Set<String>
    /// Where a negation ends: «it is not expensive *and* it is healthy».
    let conjunctions: Set<String>

    func turnsRound(_ match: PhrasePattern.Match, in words: [SpokenWords.Word]) -> Bool {
        if match.passed.contains(where: { isNegator(at: $0, in: words) }) { return true }
        var position = match.first - 1
        while position >= 0, match.first - position <= Self.reach {
            let follower = words[position + 1]
            if words[position].clause != follower.clause, !continuations.contains(follower.folded) { return false }
            if conjunctions.contains(words[position].folded), position != match.first - 1 { return false }
            if isNegator(at: position, in: words) { return true }
            position -= 1
        }
        return false
    }

    private func isNegator(at position: Int, in words: [SpokenWords.Word]) -> Bool {
        guard negators.contains(where: { $0.match(in: words, at: position) != nil }) else { return false }
        return !mistaken.contains { phrase in
            (max(0, position - 2)...position).contains { start in
                phrase.match(in: words, at: start).map { $0.last >= position } ?? false
            }
        }
    }
}
