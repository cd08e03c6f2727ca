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

extension EndRecord {
    /// How much of its facts an end brings along.
    public enum Extent: CaseIterable, Sendable {
        case full
        /// Without the data of events, and with short texts.
        case reduced
        /// None: the store then has those that it got during the call.
        case bare
    }

    /// This end for a store that refuses it as it is. A session that cannot be stored would never end.
    public func reduced(to extent: Extent) -> EndRecord {
        var end = self
        switch extent {
        case .full: break
        case .reduced: end.facts = facts.map(\.reduced)
        case .bare: end.facts = []
        }
        return end
    }
}

extension RecordedFact {
    private static let shortText = 1_000

    fileprivate var reduced: RecordedFact {
        var fact = self
        switch content {
        case .event(var event) where event.isFromClient:
            event.data = ["omitted": "not storable"]
            fact.content = .event(event)
        case .utterance(var utterance):
            utterance.text = utterance.text.shortened(toBytes: Self.shortText)
            fact.content = .utterance(utterance)
        default: break
        }
        return fact
    }
}
