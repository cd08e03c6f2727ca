/// One step of the BAT sales funnel, as written in `sales-steps.yaml`.
public struct SalesStep: Codable, Hashable, Sendable {
    /// `greeting`, `needs`, `presentation`, `age_check`, …
    public var id: String
    public var title: String
    /// What the trainee has to do, in the words that a trainer would use.
    public var description: String
    /// What counts as evidence that it was done well.
    public var lookFor: [String]
    /// What does not count, or counts against.
    public var mistakes: [String]

    public init(id: String, title: String, description: String, lookFor: [String], mistakes: [String]) {
        self.id = id
        self.title = title
        self.description = description
        self.lookFor = lookFor
        self.mistakes = mistakes
    }
}

/// How far the trainee got with a sales step, and the words that show it.
public struct SalesStepResult: Codable, Hashable, Sendable {
    public var id: String
    public var status: Status
    public var evidence: [Evidence]

    public init(id: String, status: Status, evidence: [Evidence]) {
        self.id = id
        self.status = status
        self.evidence = evidence
    }

    public enum Status: String, Codable, CaseIterable, Sendable {
        case open, partial, done, missed
    }
}
