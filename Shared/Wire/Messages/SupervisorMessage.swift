public import Domain
public import Foundation

/// What relay and supervisor say to each other. One connection carries all sessions that are pinned to a worker.
public enum SupervisorMessage: Sendable, Equatable {
    // Relay to supervisor

    /// A session to supervise, with everything that has happened in it. Sent at its start, and again to another worker
    /// when its worker is lost.
    case open(Snapshot)
    case utterance(sessionId: SessionID, utterance: Utterance)
    case event(sessionId: SessionID, event: SessionEvent)
    case close(sessionId: SessionID)

    // Supervisor to relay

    case verdict(sessionId: SessionID, verdict: Verdict)
    case finding(sessionId: SessionID, finding: Finding)
    /// The trainee has claimed something that the customer must doubt.
    case heard(sessionId: SessionID, claim: HeardClaim)
    /// The customer's words do not fit the role.
    case lapse(sessionId: SessionID, lapse: RoleLapse)
    /// An evaluation failed. The last attitude stays.
    case evaluationFailed(sessionId: SessionID, evalSeq: Int, code: String)

    public struct Snapshot: Codable, Hashable, Sendable {
        public var sessionId: SessionID
        /// A stable pseudonym of the trainee for the model API's `safety_identifier`; never the name.
        public var safetyIdentifier: String
        public var persona: Persona
        public var scenario: Scenario
        public var transcript: [Utterance]
        /// Ids of the utterances that no verdict covers yet, because the worker that owed it was lost. Nil from an
        /// older relay.
        public var unjudged: [String]?
        public var events: [SessionEvent]
        public var findings: [Finding]
        public var attitude: Int
        /// The number of the last evaluation that the relay accepted; the next is one higher.
        public var evalSeq: Int
        /// The sales steps as the last verdict has them. Nil before the first, and from an older relay.
        public var salesSteps: [SalesStepResult]?
        /// What the last verdict keeps in mind. Nil before the first, and from an older relay.
        public var ledger: TalkLedger?
        /// Seconds since the session began.
        public var sessionTime: Double
        /// UTC date on which the session began, `YYYY-MM-DD`, for a supervisor that does not know `startedAt`.
        public var sessionDate: String
        /// When the session began. Ages are computed for its day in the market's time zone. Nil from an older relay.
        public var startedAt: Date?
        /// What the session is judged by. Nil from an older relay.
        public var rules: RuleSettings?
        /// True if parts of the conversation were left out because it is too large. Absent otherwise.
        public var isShortened: Bool?
        /// True if the trainee gets hints. Absent otherwise, and from an older relay.
        public var hints: Bool?
        /// Where the spans of the session's evaluations belong (W3C traceparent). Absent without traces.
        public var trace: String?

        public init(
            sessionId: SessionID, safetyIdentifier: String, persona: Persona, scenario: Scenario,
            transcript: [Utterance], unjudged: [String]?, events: [SessionEvent], findings: [Finding], attitude: Int,
            evalSeq: Int, sessionTime: Double, sessionDate: String, startedAt: Date?, rules: RuleSettings?,
            hints: Bool? = nil, salesSteps: [SalesStepResult]? = nil, ledger: TalkLedger? = nil,
            trace: String? = nil
        ) {
            self.hints = hints
            self.trace = trace
            self.salesSteps = salesSteps
            self.ledger = ledger
            self.startedAt = startedAt
            self.rules = rules
            self.sessionId = sessionId
            self.safetyIdentifier = safetyIdentifier
            self.persona = persona
            self.scenario = scenario
            self.transcript = transcript
            self.unjudged = unjudged
            self.events = events
            self.findings = findings
            self.attitude = attitude
            self.evalSeq = evalSeq
            self.sessionTime = sessionTime
            self.sessionDate = sessionDate
        }
    }
}

extension SupervisorMessage {
    /// The types, as they stand in `type`.
    public enum Kind: String, CaseIterable, Sendable {
        case open = "session.open"
        case utterance, event
        case close = "session.close"
        case verdict, finding, heard, lapse
        case evaluationFailed = "evaluation.failed"
    }

    public var kind: Kind {
        switch self {
        case .open: .open
        case .utterance: .utterance
        case .event: .event
        case .close: .close
        case .verdict: .verdict
        case .finding: .finding
        case .heard: .heard
        case .lapse: .lapse
        case .evaluationFailed: .evaluationFailed
        }
    }
}

extension SupervisorMessage: Codable {
    private enum Key: String, CodingKey {
        case type, sessionId, utterance, event, verdict, finding, claim, lapse, evalSeq, code
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        func sessionId() throws -> SessionID { try container.decode(SessionID.self, forKey: .sessionId) }
        let type = try container.decode(String.self, forKey: .type)
        guard let kind = Kind(rawValue: type) else { throw UnknownMessageType(type: type) }
        switch kind {
        case .open: self = .open(try Snapshot(from: decoder))
        case .utterance:
            self = .utterance(
                sessionId: try sessionId(), utterance: try container.decode(Utterance.self, forKey: .utterance))
        case .event:
            self = .event(sessionId: try sessionId(), event: try container.decode(SessionEvent.self, forKey: .event))
        case .close: self = .close(sessionId: try sessionId())
        case .verdict:
            self = .verdict(sessionId: try sessionId(), verdict: try container.decode(Verdict.self, forKey: .verdict))
        case .finding:
            self = .finding(sessionId: try sessionId(), finding: try container.decode(Finding.self, forKey: .finding))
        case .heard:
            self = .heard(sessionId: try sessionId(), claim: try container.decode(HeardClaim.self, forKey: .claim))
        case .lapse:
            self = .lapse(sessionId: try sessionId(), lapse: try container.decode(RoleLapse.self, forKey: .lapse))
        case .evaluationFailed:
            self = .evaluationFailed(
                sessionId: try sessionId(), evalSeq: try container.decode(Int.self, forKey: .evalSeq),
                code: try container.decode(String.self, forKey: .code))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(kind.rawValue, forKey: .type)
        switch self {
        case .open(let snapshot):
            try snapshot.encode(to: encoder)
        case .utterance(let sessionId, let utterance):
            try container.encode(sessionId, forKey: .sessionId)
            try container.encode(utterance, forKey: .utterance)
        case .event(let sessionId, let event):
            try container.encode(sessionId, forKey: .sessionId)
            try container.encode(event, forKey: .event)
        case .close(let sessionId):
            try container.encode(sessionId, forKey: .sessionId)
        case .verdict(let sessionId, let verdict):
            try container.encode(sessionId, forKey: .sessionId)
            try container.encode(verdict, forKey: .verdict)
        case .finding(let sessionId, let finding):
            try container.encode(sessionId, forKey: .sessionId)
            try container.encode(finding, forKey: .finding)
        case .heard(let sessionId, let claim):
            try container.encode(sessionId, forKey: .sessionId)
            try container.encode(claim, forKey: .claim)
        case .lapse(let sessionId, let lapse):
            try container.encode(sessionId, forKey: .sessionId)
            try container.encode(lapse, forKey: .lapse)
        case .evaluationFailed(let sessionId, let evalSeq, let code):
            try container.encode(sessionId, forKey: .sessionId)
            try container.encode(evalSeq, forKey: .evalSeq)
            try container.encode(code, forKey: .code)
        }
    }
}
