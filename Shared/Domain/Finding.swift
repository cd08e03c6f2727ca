/// What a rule found in the words and events of a session. Made by code, never by a model, and always with its evidence.
public struct Finding: Codable, Hashable, Sendable {
    /// `forbidden_word`, `age_check`, `product_claim`, `injection_suspected`, …
    public var rule: String
    public var status: Status
    public var severity: Severity
    /// One sentence for the trainee and the trainer.
    public var message: String
    public var evidence: Evidence
    /// Seconds since the session began.
    public var time: Double

    public init(
        rule: String, status: Status, severity: Severity, message: String, evidence: Evidence, time: Double
    ) {
        self.rule = rule
        self.status = status
        self.severity = severity
        self.message = message
        self.evidence = evidence
        self.time = time
    }

    public enum Status: String, Codable, Sendable {
        case violated, satisfied
    }

    public enum Severity: String, Codable, Sendable {
        /// Fails the session whatever its score.
        case blocker
        case major, minor, info
    }
}

/// Where in the record a statement rests: an utterance with the words quoted, or an event.
public struct Evidence: Codable, Hashable, Sendable {
    public var utteranceId: String?
    public var eventId: String?
    /// The words themselves, verbatim from the utterance.
    public var text: String?

    public init(utteranceId: String? = nil, eventId: String? = nil, text: String? = nil) {
        self.utteranceId = utteranceId
        self.eventId = eventId
        self.text = text
    }
}
