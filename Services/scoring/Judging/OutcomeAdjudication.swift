import Domain

/// How a session really ended. The voice model's word, the supervisor's and the client's are claims; what counts is whether
/// the customer's mood, the steps and the rules bear them out.
///
/// The first line that applies decides:
///
/// | line | claims | and | outcome |
/// |---|---|---|---|
/// | 1 | converted, by voice model or supervisor | a blocker | rejected: a sale that breaks the rules is none |
/// | 2 | converted, by both | attitude at least 5 | converted |
/// | 3 | converted, by one | attitude at least 6 | converted |
/// | 4 | converted, by one | attitude 5 and the close borne out by words | converted |
/// | 5 | converted, by one or both | none of the above | rejected |
/// | 6 | walked_away by one, rejected by the other | attitude at most 1 | walked_away |
/// | 7 | walked_away by one, rejected by the other | attitude 2 or more | rejected |
/// | 8 | walked_away or rejected, undisputed | | as claimed |
/// | 9 | none by either | the client was lost, or the attitude is at most 1 | walked_away |
/// | 10 | none by either | | the relay's view, converted counting as rejected |
///
/// What the client claims never makes a sale.
enum OutcomeAdjudication {
    struct Facts: Sendable {
        var voiceModel: Outcome?
        var supervisor: Outcome?
        /// What the relay stored at the end.
        var relay: Outcome?
        var endTrigger: String
        /// At the end, 0…10.
        var attitude: Int
        /// The step `close`, with words that hold.
        var isCloseShown: Bool
        var hasBlocker: Bool
    }

    static func outcome(_ facts: Facts) -> Outcome {
        let claims = [facts.voiceModel, facts.supervisor].compactMap(\.self)
        let conversions = claims.count { $0 == .converted }
        if conversions > 0 {
            if facts.hasBlocker { return .rejected }
            if conversions == 2, facts.attitude >= 5 { return .converted }
            if facts.attitude >= 6 || (facts.attitude == 5 && facts.isCloseShown) { return .converted }
            return .rejected
        }
        if let first = claims.first {
            guard claims.contains(where: { $0 != first }) else { return first }
            return facts.attitude <= 1 ? .walkedAway : .rejected
        }
        if facts.endTrigger.hasPrefix("client_lost") || facts.attitude <= 1 { return .walkedAway }
        return facts.relay == .walkedAway ? .walkedAway : .rejected
    }

    /// All claims on record, with the one that the end trigger holds.
    static func claims(of record: SessionRecord) -> [OutcomeClaim] {
        var claims = record.outcomeClaims
        let end = Double(record.durationMs ?? 0) / 1_000
        for (prefix, source) in [("end_conversation:", OutcomeClaim.Source.voiceModel), ("supervisor:", .supervisor)] {
            guard let trigger = record.endTrigger, trigger.hasPrefix(prefix),
                let outcome = Outcome(rawValue: String(trigger.dropFirst(prefix.count)))
            else { continue }
            claims.append(OutcomeClaim(source: source, outcome: outcome, time: end))
        }
        return claims
    }

    /// The scorecard with its outcome; flagged, for a person to see, where the outcome is not what was claimed.
    static func judgement(_ card: Scorecard, of record: SessionRecord, claims: [OutcomeClaim]) -> Judgement {
        // Of one source its last word counts.
        func last(_ source: OutcomeClaim.Source) -> Outcome? { claims.last { $0.source == source }?.outcome }
        let outcome = outcome(
            Facts(
                voiceModel: last(.voiceModel), supervisor: last(.supervisor), relay: record.outcome,
                endTrigger: record.endTrigger ?? "",
                attitude: record.finalAttitude ?? record.persona.initialAttitude,
                isCloseShown: card.salesSteps.contains {
                    $0.id == "close" && ($0.status == .done || $0.status == .partial) && !$0.evidence.isEmpty
                },
                hasBlocker: !ScorecardAssembly.failReasons(card.findings).isEmpty))
        var card = card
        if [last(.voiceModel), last(.supervisor)].contains(where: { $0 != nil && $0 != outcome }) {
            card.flags = Set(card.flags + ["outcome_disputed"]).sorted()
        }
        return Judgement(score: card, outcome: outcome)
    }
}
