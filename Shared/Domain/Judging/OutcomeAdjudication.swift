/// How a session really ended. What voice model, supervisor and client say are claims; they count only as far as the
/// customer's attitude and the rules confirm them.
///
/// The first row that applies decides:
///
/// | row | claims | and | outcome |
/// |---|---|---|---|
/// | 1 | converted, by voice model or supervisor | a blocker | rejected: a sale that breaks the rules does not count |
/// | 2a | converted, by the voice model | attitude at least the persona's `convertsAt` | converted |
/// | 2b | converted, by the supervisor alone | that, and sales steps with words that were said | converted |
/// | 3 | converted, by one or both | otherwise | rejected |
/// | 4 | walked_away by one, rejected by the other | attitude at most 1 | walked_away |
/// | 5 | walked_away by one, rejected by the other | attitude 2 or more | rejected |
/// | 6 | walked_away or rejected, undisputed | | as claimed |
/// | 7 | none by either | the client was lost, or the attitude is at most 1 | walked_away |
/// | 8 | none by either | | the relay's view, converted counting as rejected |
///
/// A client's claim never makes a sale. Neither does the supervisor's alone, because the attitude comes from its own
/// evaluations: a sale needs two independent votes. The second is the voice model's, or that of scoring, which finds
/// the steps of a sale in the words of the trainee.
public enum OutcomeAdjudication {
    public struct Facts: Sendable {
        public var voiceModel: Outcome?
        public var supervisor: Outcome?
        /// The outcome that the relay stored at the end.
        public var relay: Outcome?
        public var endTrigger: EndTrigger?
        /// The attitude at the end, 0…10.
        public var attitude: Int
        /// Minimum attitude for a sale.
        public var convertsAt: Int
        public var hasBlocker: Bool
        /// Scoring found the steps of a sale, each with words of the trainee.
        public var showsSale = false

        public init(
            voiceModel: Outcome? = nil, supervisor: Outcome? = nil, relay: Outcome? = nil,
            endTrigger: EndTrigger? = nil, attitude: Int, convertsAt: Int, hasBlocker: Bool, showsSale: Bool = false
        ) {
            self.voiceModel = voiceModel
            self.supervisor = supervisor
            self.relay = relay
            self.endTrigger = endTrigger
            self.attitude = attitude
            self.convertsAt = convertsAt
            self.hasBlocker = hasBlocker
            self.showsSale = showsSale
        }
    }

    public static func outcome(_ facts: Facts) -> Outcome {
        let claims = [facts.voiceModel, facts.supervisor].compactMap(\.self)
        if claims.contains(.converted) {
            let isSeconded = facts.voiceModel == .converted || facts.showsSale
            return facts.hasBlocker || facts.attitude < facts.convertsAt || !isSeconded ? .rejected : .converted
        }
        if let first = claims.first {
            guard claims.contains(where: { $0 != first }) else { return first }
            return facts.attitude <= 1 ? .walkedAway : .rejected
        }
        if facts.endTrigger == .clientLost || facts.attitude <= 1 { return .walkedAway }
        return facts.relay == .walkedAway ? .walkedAway : .rejected
    }

    /// All claims on record, and the one in the end trigger.
    public static func claims(of record: SessionRecord) -> [OutcomeClaim] {
        var claims = record.outcomeClaims
        let end = Double(record.durationMs ?? 0) / 1_000
        switch record.endTrigger.map({ EndTrigger(rawValue: $0) }) {
        case .endConversation(let outcome)?:
            claims.append(OutcomeClaim(source: .voiceModel, outcome: outcome, time: end))
        case .supervisor(let outcome)?: claims.append(OutcomeClaim(source: .supervisor, outcome: outcome, time: end))
        default: break
        }
        return claims
    }

    /// - Parameters:
    ///   - findings: with their final status.
    ///   - showsSale: as `showsSale(_:)` says of the scorecard's steps.
    public static func facts(
        of record: SessionRecord, claims: [OutcomeClaim], findings: [Finding], showsSale: Bool = false
    ) -> Facts {
        // The last claim of each source counts. A refused one ended nothing.
        func last(_ source: OutcomeClaim.Source) -> Outcome? {
            claims.last { $0.source == source && $0.refused != true }?.outcome
        }
        return Facts(
            voiceModel: last(.voiceModel), supervisor: last(.supervisor), relay: record.outcome,
            endTrigger: record.endTrigger.map { EndTrigger(rawValue: $0) },
            attitude: record.finalAttitude ?? record.persona.initialAttitude,
            convertsAt: record.persona.leastAttitudeToConvert,
            hasBlocker: findings.contains(where: \.isStandingBlocker), showsSale: showsSale)
    }

    /// Whether words of the trainee were found for the closing of a sale, and for two steps before it.
    ///
    /// - Parameter steps: of a scorecard, whose quotes were checked.
    public static func showsSale(_ steps: [SalesStepResult]) -> Bool {
        let shown = steps.filter { step in
            [.done, .partial].contains(step.status) && step.evidence.contains { $0.text != nil }
        }
        return shown.count >= 3 && shown.contains { $0.id == "close" && $0.status == .done }
    }
}

extension OutcomeAdjudication.Facts {
    /// Whether voice model or supervisor claimed another outcome, which a person should review.
    public func isDisputed(by outcome: Outcome) -> Bool {
        [voiceModel, supervisor].contains { $0 != nil && $0 != outcome }
    }
}
