import Domain
import Foundation
import Storage

/// A session's document as the API shows it: the spec's keys and ours, without secrets, prompts and internal state.
struct SessionView: Encodable {
    private let record: SessionRecord
    private let caller: Principal
    private let isBlind: Bool
    private let identitiesHidden: Bool
    private let isRecorded: Bool
    private let reviewReasons: [ReviewReason]

    /// - Parameters:
    ///   - caller: clients do not see findings that are only suspected.
    ///   - isBlind: leaves out what the machine made of the session.
    ///   - identitiesHidden: the trainee's id is a pseudonym.
    ///   - isRecorded: the call's sound is on disk, and the caller may hear it.
    init(
        record: SessionRecord, for caller: Principal, isBlind: Bool, identitiesHidden: Bool, isRecorded: Bool
    ) {
        self.isRecorded = isRecorded
        self.caller = caller
        self.isBlind = isBlind
        self.identitiesHidden = identitiesHidden
        let visible = caller.seesOnlyOwn ? record.forClients() : record
        self.record = isBlind ? visible.blinded : visible
        // That the machine is unsure would say something about its numbers.
        reviewReasons = record.reviewReasons.filter { !isBlind || $0 != .needsReview }
    }

    private enum Key: String, CodingKey {
        case sessionId, traineeId, scenarioId, personaId, personaName, status, outcome, transcript, events, moodHistory
        case finalAttitude, score, supervisorLogs, endTrigger, durationMs, client, metadata, exports, dataFilesWritten
        case createdAt, updatedAt, phase, startedAt, endedAt, attitudeCurve, findings, outcomeClaims, usage, persona
        case scenario, pipeline, realtimeModel, createdBy, rules, rejudging
        case visibility, submittedAt, noticeShown, recordingNoticeShown, hints, hintsShown, identitiesHidden, absences
        case recorded
        case review, reviewReasons, blind, rubric
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(record.sessionId, forKey: .sessionId)
        try container.encode(record.traineeId, forKey: .traineeId)
        try container.encode(record.scenarioId, forKey: .scenarioId)
        try container.encode(record.personaId, forKey: .personaId)
        try container.encode(record.personaName, forKey: .personaName)
        try container.encode(record.status, forKey: .status)
        // The only key that the spec shows as null: it is always present.
        try container.encode(record.outcome, forKey: .outcome)
        try container.encode(record.transcript, forKey: .transcript)
        try container.encode(record.events, forKey: .events)
        try container.encode(record.moodHistory, forKey: .moodHistory)
        try container.encodeIfPresent(record.finalAttitude, forKey: .finalAttitude)
        if isBlind {
            try container.encode(true, forKey: .blind)
            try container.encode(record.score?.details.map(BlindCategory.init) ?? [], forKey: .rubric)
        } else {
            try container.encodeIfPresent(record.score, forKey: .score)
        }
        try container.encodeIfPresent(record.review, forKey: .review)
        if !caller.seesOnlyOwn, record.awaitsReview == true {
            try container.encode(reviewReasons, forKey: .reviewReasons)
        }
        try container.encode(record.supervisorLogs, forKey: .supervisorLogs)
        try container.encodeIfPresent(record.endTrigger, forKey: .endTrigger)
        try container.encodeIfPresent(record.durationMs, forKey: .durationMs)
        try container.encode(record.client, forKey: .client)
        try container.encode(record.metadata, forKey: .metadata)
        try container.encode(record.exports, forKey: .exports)
        try container.encode(record.dataFilesWritten, forKey: .dataFilesWritten)
        try container.encode(record.createdAt, forKey: .createdAt)
        try container.encode(record.updatedAt, forKey: .updatedAt)
        try container.encode(record.phase, forKey: .phase)
        try container.encodeIfPresent(record.startedAt, forKey: .startedAt)
        try container.encodeIfPresent(record.endedAt, forKey: .endedAt)
        try container.encode(record.attitudeCurve, forKey: .attitudeCurve)
        try container.encode(record.absences, forKey: .absences)
        try container.encode(record.findings, forKey: .findings)
        try container.encode(record.outcomeClaims, forKey: .outcomeClaims)
        try container.encode(record.usage, forKey: .usage)
        try container.encode(PersonaView(record.persona, for: caller), forKey: .persona)
        try container.encode(ScenarioView(record.scenario, with: record.persona), forKey: .scenario)
        try container.encode(PipelineView(record.pipeline), forKey: .pipeline)
        try container.encodeIfPresent(record.rules, forKey: .rules)
        if record.hints == true {
            try container.encode(true, forKey: .hints)
            try container.encode(record.hintsShown, forKey: .hintsShown)
        }
        if record.isRejudging { try container.encode(true, forKey: .rejudging) }
        try container.encodeIfPresent(record.realtimeModel, forKey: .realtimeModel)
        try container.encode(record.createdBy, forKey: .createdBy)
        try container.encode(record.visibility, forKey: .visibility)
        try container.encodeIfPresent(record.submittedAt, forKey: .submittedAt)
        try container.encodeIfPresent(record.noticeShown, forKey: .noticeShown)
        try container.encodeIfPresent(record.recordingNoticeShown, forKey: .recordingNoticeShown)
        if isRecorded, !identitiesHidden { try container.encode(true, forKey: .recorded) }
        if identitiesHidden { try container.encode(true, forKey: .identitiesHidden) }
    }
}

extension SessionRecord {
    /// What a person needs to score the session, without what machine and trainee made of it. Of the score only the
    /// categories are shown.
    fileprivate var blinded: SessionRecord {
        var record = self
        record.outcome = nil
        record.endTrigger = nil
        record.outcomeClaims = []
        record.findings = []
        record.supervisorLogs = []
        record.moodHistory = []
        record.attitudeCurve = []
        record.finalAttitude = nil
        // Words of a dispute may name the number.
        record.review = review.map { TrainerReview(revision: $0.revision) }
        return record
    }
}

/// What a person scores blindly.
private struct BlindCategory: Encodable {
    var id: String
    var title: String
    var weight: Int

    init(_ detail: Scorecard.CategoryJudgement) {
        id = detail.id
        title = detail.title
        weight = detail.weight
    }
}

/// The progress of scoring and filing.
private struct PipelineView: Encodable {
    struct Job: Encodable {
        var state: Pipeline.Job.State
        var attempts: Int
        var lastError: String?

        init(_ job: Pipeline.Job) {
            state = job.state
            attempts = job.attempts
            lastError = job.lastError
        }
    }

    var scoring: Job
    var files: Job

    init(_ pipeline: Pipeline) {
        scoring = Job(pipeline.scoring)
        files = Job(pipeline.files)
    }
}
