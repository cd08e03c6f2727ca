public import Foundation

/// The spec's two states, as the API shows them.
public enum SessionStatus: String, Codable, Sendable {
    case active, ended
}

/// The exact phase of a session, in addition to `status`.
public enum SessionPhase: String, Codable, Sendable {
    /// Created; no client has connected yet.
    case waiting
    case connecting, talking, suspended, ending
    /// The call is over; there is no score yet.
    case ended
    case scored
    /// Scored, or scoring has finally failed, and the data files are written.
    case filed
}

/// A checked request of `POST /api/sessions`.
public struct NewSession: Sendable {
    public var traineeId: String
    public var persona: Persona
    public var scenario: Scenario
    public var client: String
    public var metadata: JSONValue
    /// SHA-256 of the `wsToken`, lower-case hex.
    public var tokenHash: String
    /// Name of the API key that created it: it decides what a client key may see.
    public var createdBy: String
    /// The client's `Idempotency-Key`, and a digest of the request that came with it.
    public var idempotency: Idempotency?
    public var rules: RuleSettings
    public var visibility: SessionVisibility
    public var noticeShown: NoticeShown?
    /// Whether the trainee was told that the call is recorded. Nil if the client did not say.
    public var recordingNoticeShown: Bool?
    /// The trainee gets hints during the call. Only in a private session.
    public var hints = false

    public struct Idempotency: Codable, Hashable, Sendable {
        public var key: String
        public var requestDigest: String

        public init(key: String, requestDigest: String) {
            self.key = key
            self.requestDigest = requestDigest
        }
    }

    public init(
        traineeId: String, persona: Persona, scenario: Scenario, client: String, metadata: JSONValue,
        tokenHash: String, createdBy: String, idempotency: Idempotency?, rules: RuleSettings = RuleSettings(),
        visibility: SessionVisibility = .submitted, noticeShown: NoticeShown? = nil, recordingNoticeShown: Bool? = nil
    ) {
        self.rules = rules
        self.visibility = visibility
        self.noticeShown = noticeShown
        self.recordingNoticeShown = recordingNoticeShown
        self.traineeId = traineeId
        self.persona = persona
        self.scenario = scenario
        self.client = client
        self.metadata = metadata
        self.tokenHash = tokenHash
        self.createdBy = createdBy
        self.idempotency = idempotency
    }
}

/// Who may access a session, and where it is: what every request reads first. It contains nothing of the conversation,
/// so that reading it costs the same at the end of a call as at its beginning.
public struct SessionAccess: Codable, Hashable, Sendable {
    public var sessionId: SessionID
    public var traineeId: String?
    public var status: SessionStatus
    public var tokenHash: String?
    /// Name of the API key that created the session.
    public var createdBy: String
    /// Instance name of the relay that holds the live session.
    public var relay: String?
    /// Nil before a relay has begun it.
    public var owner: Ownership?
    /// When its first client connected; nil before that.
    public var startedAt: Date?
    /// Nil before the end.
    public var durationMs: Int?
    public var rules: RuleSettings?
    public var visibility: SessionVisibility

    public init(_ record: SessionRecord) {
        sessionId = record.sessionId
        traineeId = record.traineeId
        status = record.status
        tokenHash = record.tokenHash
        createdBy = record.createdBy
        relay = record.relay
        owner = record.owner
        startedAt = record.startedAt
        durationMs = record.durationMs
        rules = record.rules
        visibility = record.visibility
    }
}

/// A session's document in MongoDB: the spec's keys, and additional ones.
public struct SessionRecord: Codable, Sendable, Equatable {
    public var sessionId: SessionID
    public var traineeId: String
    public var scenarioId: String
    public var personaId: String
    public var personaName: String
    public var status: SessionStatus
    public var outcome: Outcome?
    public var transcript: [Utterance]
    public var events: [SessionEvent]
    public var moodHistory: [Int]
    public var finalAttitude: Int?
    public var score: Scorecard?
    public var supervisorLogs: [SupervisorLog]
    /// The raw value of an `EndTrigger`.
    public var endTrigger: String?
    public var durationMs: Int?
    public var client: String
    public var metadata: JSONValue
    public var exports: [ExportRecord]
    public var dataFilesWritten: Bool
    public var createdAt: Date
    public var updatedAt: Date

    public var phase: SessionPhase
    public var startedAt: Date?
    public var endedAt: Date?
    /// One entry per change of the attitude, for the mood curve.
    public var attitudeCurve: [AttitudePoint]
    /// When no client was connected. Empty in records of earlier versions.
    public var absences: [Absence]
    public var findings: [Finding]
    /// Who claimed which outcome; `outcome` is adjudicated from these claims.
    public var outcomeClaims: [OutcomeClaim]
    public var usage: TokenUsage
    /// The persona and scenario as they were when the session was created: what it is judged by.
    public var persona: Persona
    public var scenario: Scenario
    /// What it is judged by in addition. Nil in records of earlier versions.
    public var rules: RuleSettings?
    /// True if the trainee gets hints during the call; otherwise nil.
    public var hints: Bool?
    public var pipeline: Pipeline
    /// Instance name of the relay that holds the live session.
    public var relay: String?
    /// Nil before a relay has begun it.
    public var owner: Ownership?
    public var tokenHash: String?
    public var createdBy: String
    public var idempotency: NewSession.Idempotency?
    public var realtimeModel: String?
    /// `submitted` in records of earlier versions.
    public var visibility: SessionVisibility
    /// When a private session became a submitted one. Nil for those that never were private.
    public var submittedAt: Date?
    public var noticeShown: NoticeShown?
    /// See `NewSession`.
    public var recordingNoticeShown: Bool?
    /// What people decided about the score, and what the trainee disputes. Nil while there is neither.
    public var review: TrainerReview?
    /// The score as the machine gave it, once a person has reviewed it; `score` then follows from both.
    public var machineScore: Scorecard?
    /// Whether the session waits in the trainers' queue. Nil in records that nothing was decided about.
    public var awaitsReview: Bool?
    /// `isBlind`, as queries read it. Nil while there is no score.
    public var hidesNumbers: Bool?
    /// How often the machine has judged the session. Nil before the first time, and in records of earlier versions.
    public var judgements: Int?

    public init(_ new: NewSession, id: SessionID, at now: Date) {
        sessionId = id
        traineeId = new.traineeId
        scenarioId = new.scenario.id
        personaId = new.persona.id
        personaName = new.persona.name
        status = .active
        transcript = []
        events = []
        moodHistory = []
        supervisorLogs = []
        client = new.client
        metadata = new.metadata
        exports = []
        dataFilesWritten = false
        createdAt = now
        updatedAt = now
        phase = .waiting
        attitudeCurve = []
        absences = []
        findings = []
        outcomeClaims = []
        usage = TokenUsage()
        persona = new.persona
        scenario = new.scenario
        rules = new.rules
        hints = new.hints ? true : nil
        pipeline = Pipeline()
        tokenHash = new.tokenHash
        createdBy = new.createdBy
        idempotency = new.idempotency
        visibility = new.visibility
        noticeShown = new.noticeShown
        recordingNoticeShown = new.recordingNoticeShown
    }
}

extension SessionRecord {
    /// The record as its client and its trainee may see it.
    public func forClients() -> SessionRecord {
        var record = self
        record.score = score?.forClients(live: findings)
        record.findings = findings.visibleToClients(live: findings)
        let visible = Set((record.score?.findings ?? []).map(\.findingId))
        record.review?.findings.removeAll { !visible.contains($0.findingId) }
        record.review?.blind = nil
        return record
    }
}

public struct AttitudePoint: Codable, Hashable, Sendable {
    /// Seconds since the session began.
    public var time: Double
    public var value: Int
    public var direction: Attitude.Direction

    public init(time: Double, value: Int, direction: Attitude.Direction) {
        self.time = time
        self.value = value
        self.direction = direction
    }
}

public struct OutcomeClaim: Codable, Hashable, Sendable {
    public enum Source: String, Codable, Sendable {
        case voiceModel = "voice_model"
        case supervisor, client
    }

    public var source: Source
    public var outcome: Outcome
    public var time: Double
    /// True for a sale that the customer stated before he was convinced: the call went on. Otherwise nil.
    public var refused: Bool?

    public init(source: Source, outcome: Outcome, time: Double, refused: Bool? = nil) {
        self.source = source
        self.outcome = outcome
        self.time = time
        self.refused = refused
    }
}

public struct ExportRecord: Codable, Hashable, Sendable {
    public enum Status: String, Codable, Sendable {
        case pending, sent, failed
    }

    /// Also the idempotency key that BatMan sees; the same for every retry.
    public var exportId: String
    public var status: Status
    public var sentAt: Date?
    public var attempts: Int
    /// A stable code and a sentence; never the body of BatMan's response.
    public var lastError: String?
    /// Earliest time of the next attempt. Absent if it was sent or has been given up.
    public var nextAttemptAt: Date?

    public init(
        exportId: String, status: Status, sentAt: Date? = nil, attempts: Int = 0, lastError: String? = nil,
        nextAttemptAt: Date? = nil
    ) {
        self.exportId = exportId
        self.status = status
        self.sentAt = sentAt
        self.attempts = attempts
        self.lastError = lastError
        self.nextAttemptAt = nextAttemptAt
    }
}

/// The two jobs that follow a session, each leased by the instance that works on it.
public struct Pipeline: Codable, Hashable, Sendable {
    public var scoring = Job()
    public var files = Job()

    public init() {}

    public enum Kind: String, Codable, CaseIterable, Sendable {
        case scoring, files
    }

    public subscript(kind: Kind) -> Job {
        switch kind {
        case .scoring: scoring
        case .files: files
        }
    }

    public struct Job: Codable, Hashable, Sendable {
        public enum State: String, Codable, Sendable {
            /// Nothing to do yet: the session is still running.
            case idle
            case pending, leased, done
            /// Given up after the last attempt; an operator can retry it.
            case failed
        }

        public var state = State.idle
        public var attempts = 0
        /// Instance that holds the lease.
        public var owner: String?
        public var leaseUntil: Date?
        /// Earliest time of the next attempt.
        public var notBefore: Date?
        public var lastError: String?

        public init() {}
    }
}
