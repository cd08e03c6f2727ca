public import Foundation

/// What the relay knows of a session at its end.
public struct EndRecord: Sendable {
    public var endTrigger: String
    /// The relay's own view, which scoring may overrule.
    public var outcome: Outcome
    public var endedAt: Date
    public var durationMs: Int
    /// Every fact of the session, in order.
    public var facts: [RecordedFact]

    public init(endTrigger: String, outcome: Outcome, endedAt: Date, durationMs: Int, facts: [RecordedFact]) {
        self.endTrigger = endTrigger
        self.outcome = outcome
        self.endedAt = endedAt
        self.durationMs = durationMs
        self.facts = facts
    }
}
