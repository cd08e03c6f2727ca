package import Domain

/// What the supervisor's worker is sent.
package enum SupervisionRequest: Sendable {
    /// A session to supervise, with everything that happened in it so far.
    case open(Snapshot)
    case utterance(Utterance)
    case event(SessionEvent)
    case close

    package struct Snapshot: Sendable {
        /// What was heard, in order.
        package var transcript: [Utterance]
        /// Ids of the utterances that no verdict has covered yet.
        package var unjudged: [String]
        /// The client's events.
        package var events: [SessionEvent]
        package var findings: [Finding]
        package var attitude: Int
        /// The number of the last evaluation that was accepted; the next is one higher.
        package var evalSeq: Int
        /// As the last verdict has them; nil before the first.
        package var salesSteps: [SalesStepResult]?
        package var ledger: TalkLedger?
        package var time: SessionTime
    }
}
