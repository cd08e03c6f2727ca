public import Domain
public import Foundation

/// Which sessions. Nil means any; `from` and `to` bound `createdAt`, `from` included.
public struct SessionFilter: Hashable, Sendable {
    public var traineeId: String?
    public var personaId: String?
    public var scenarioId: String?
    public var outcome: Outcome?
    public var status: SessionStatus?
    public var client: String?
    /// Whose law applies.
    public var market: String?
    /// `metadata.store`.
    public var store: String?
    /// Only these.
    public var sessionIds: Set<SessionID>?
    public var from: Date?
    public var to: Date?
    /// Only sessions that this API key created: what a client key may see.
    public var createdBy: String?
    /// Whether the session waits in the trainers' queue.
    public var awaitsReview: Bool?
    /// True without the sessions of the blind sample whose numbers a trainer must not see yet.
    public var leavesOutBlind = false
    /// Has no default, so that every query says whether it includes private sessions.
    public var visibility: Set<SessionVisibility>

    public init(_ visibility: Set<SessionVisibility>) {
        self.visibility = visibility
    }
}

public struct SessionPage: Sendable {
    public var items: [SessionSummary]
    /// Opaque; nil on the last page.
    public var nextCursor: String?

    public init(items: [SessionSummary], nextCursor: String?) {
        self.items = items
        self.nextCursor = nextCursor
    }
}

/// An entry of the session list.
public struct SessionSummary: Codable, Hashable, Sendable {
    public var sessionId: SessionID
    public var traineeId: String
    public var personaId: String
    public var personaName: String
    public var scenarioId: String
    public var status: SessionStatus
    public var phase: SessionPhase
    public var outcome: Outcome?
    /// `score.overall`.
    public var score: Int?
    /// Nil while a person has to decide.
    public var passed: Bool?
    public var verdict: Scorecard.Verdict?
    public var needsReview: Bool?
    /// False if the session is left out of averages and conversion rates.
    public var counted: Bool?
    /// `score.notCountedReason`.
    public var notCountedReason: String?
    /// True while the session is judged again.
    public var rejudging: Bool?
    public var finalAttitude: Int?
    public var durationMs: Int?
    public var client: String
    public var createdAt: Date
    public var visibility: SessionVisibility
    /// Name of the API key of the person whose numbers count. Nil if the machine's do.
    public var reviewedBy: String?
    /// `score.machine.overall`: the machine's points beside a person's.
    public var machineScore: Int?
    /// True while a dispute of the trainee waits for its answer.
    public var disputed: Bool?
    /// True while the session waits in the trainers' queue.
    public var awaitsReview: Bool?

    public init(_ record: SessionRecord) {
        sessionId = record.sessionId
        traineeId = record.traineeId
        personaId = record.personaId
        personaName = record.personaName
        scenarioId = record.scenarioId
        status = record.status
        phase = record.phase
        outcome = record.outcome
        score = record.score?.overall
        passed = record.score?.passed
        verdict = record.score?.verdict
        counted = record.score?.counted
        notCountedReason = record.score?.notCountedReason
        rejudging = record.isRejudging ? true : nil
        needsReview = record.score?.needsReview
        finalAttitude = record.finalAttitude
        durationMs = record.durationMs
        client = record.client
        createdAt = record.createdAt
        visibility = record.visibility
        reviewedBy = record.score?.reviewedBy
        machineScore = record.score?.machine?.overall
        disputed = record.review?.openDispute == nil ? nil : true
        awaitsReview = record.awaitsReview == true ? true : nil
    }
}

extension SessionSummary {
    /// Why the session waits for a trainer, the most urgent first.
    public var reviewReasons: [ReviewReason] {
        var reasons: [ReviewReason] = []
        if disputed == true { reasons.append(.dispute) }
        if needsReview == true { reasons.append(.needsReview) }
        if isUnscoredSample { reasons.append(.sample) }
        return reasons
    }

    private var isUnscoredSample: Bool {
        counted == true && BlindSample.contains(sessionId) && reviewedBy == nil
    }

    /// Whether a trainer must not see the machine's numbers yet.
    public var isBlind: Bool { awaitsReview == true && isUnscoredSample }

    /// The entry without the machine's numbers, and without what they follow from.
    public var blinded: SessionSummary {
        var summary = self
        summary.outcome = nil
        summary.finalAttitude = nil
        summary.machineScore = nil
        summary.score = nil
        summary.passed = nil
        summary.verdict = nil
        summary.needsReview = nil
        return summary
    }
}

extension SessionRecord {
    /// Whether there is a score and the session is judged again.
    public var isRejudging: Bool { score != nil && [.pending, .leased].contains(pipeline.scoring.state) }
}
