package import Domain
package import Foundation

/// What is fixed about a session before it begins: persona, scenario, rules, settings and limits.
package struct SessionPlan: Sendable {
    package var sessionId: SessionID
    /// Hash of the token that the clients show; nil for a session that was stored without one.
    package var tokenHash: String?
    package var persona: Persona
    package var scenario: Scenario
    /// A stable pseudonym of the trainee.
    package var safetyIdentifier: String
    package var startedAt: Date
    package var rules: RuleSettings
    /// Applies the rules to a client's event.
    package var checkEvent: @Sendable (SessionEvent) -> EventCheck
    /// The session time at which this process took the session over; zero in the process that began it.
    package var elapsed = SessionTime.zero
    /// Events that the client uploaded before the session began.
    package var earlierEvents: [SessionEvent] = []
    /// What another process recorded of the session.
    package var facts: [RecordedFact] = []
    package var settings: RealtimeSettings
    package var limits: SessionLimits
    /// Whether the trainee gets hints.
    package var hints = false
    /// Whether the call's sound is recorded: the operator wants it, and the trainee was told.
    package var isRecorded = false

    package init(
        sessionId: SessionID, tokenHash: String? = nil, persona: Persona, scenario: Scenario, safetyIdentifier: String,
        startedAt: Date, rules: RuleSettings,
        checkEvent: @escaping @Sendable (SessionEvent) -> EventCheck = { _ in EventCheck() },
        settings: RealtimeSettings, limits: SessionLimits
    ) {
        self.sessionId = sessionId
        self.tokenHash = tokenHash
        self.persona = persona
        self.scenario = scenario
        self.safetyIdentifier = safetyIdentifier
        self.startedAt = startedAt
        self.rules = rules
        self.checkEvent = checkEvent
        self.settings = settings
        self.limits = limits
    }

    /// UTC, `YYYY-MM-DD`.
    package var sessionDate: String {
        String(startedAt.ISO8601Format().prefix(10))
    }
}

/// What the rules say about a client's event. The event is recorded in any case.
package struct EventCheck: Sendable {
    /// Set if the client must learn at once that its event does not count, so that it can ask again.
    package var refusal: ClientEvent.Refusal?
    /// An interaction with a VR object or action that no table knows.
    package var isUnknownInteraction = false
    /// What the customer sees of it; nil for nothing.
    package var sight: SceneSight?

    package init(
        refusal: ClientEvent.Refusal? = nil, isUnknownInteraction: Bool = false, sight: SceneSight? = nil
    ) {
        self.refusal = refusal
        self.isUnknownInteraction = isUnknownInteraction
        self.sight = sight
    }
}
