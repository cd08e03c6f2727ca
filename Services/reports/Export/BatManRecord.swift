import Domain
import Foundation
import JSON
import Secrets

/// A session as BatMan gets it: one JSON object that names its schema and version.
///
/// ```
/// { "schema": "bat-vr-trainer.session", "schemaVersion": 1, "exportId": "…",
///   "session":    { sessionId, traineeId, personaId, personaName, scenarioId, client, sessionStartUtc, sessionEndUtc,
///                   durationMs, outcome, endTrigger, initialAttitude, finalAttitude, moodHistory, metadata,
///                   hintsShown },
///   "score":      { overall, verdict, passed, passMark, failReasons, pendingReasons, needsReview, counted,
///                   notCountedReason, revision, categories: [{id, title, score, weight, rationale,
///                   capped, evidence}], reviewedBy, reviewedAt, machine: {overall, verdict, outcome, revision, changedSince,
///                   categories}, highlights, improvements, summary, coaching, salesSteps, findings, flags, reviewed,
///                   rulesLanguage, rulebook, model, rubricVersion, promptVersion },
///   "review":     { revision, reviewedBy, reviewedAt, categories, findings, disputes },
///   "transcript": [{utteranceId, startTime, endTime, speaker, text}],
///   "events":     [{time, type, data}] }
/// ```
/// `categories[].score`, `overall`, `verdict` and `passed` are a person's where a person has reviewed the score; then
/// there are `reviewedBy` and, beside them, `machine` and `categories[].machineScore`. `review` is there once a person
/// has reviewed the score or the trainee has disputed it. `score` is null when scoring has failed; then there is `scoreError`. Times are seconds since the session began,
/// timestamps are UTC in RFC 3339. A new optional key does not change the version; removing a key or changing its
/// meaning does.
struct BatManRecord: Sendable, Equatable {
    static let schemaVersion = 1

    /// A UUID derived from the content (RFC 9562, version 8): the same content is the same export, no matter which
    /// process sends it and how often; other content is another export.
    let exportId: String
    /// The exact bytes that are sent.
    let body: [UInt8]

    init(_ record: SessionRecord) {
        var content: [OrderedJSON.Member] = [
            .init("session", Self.session(record)),
            .init("score", record.score.map(Self.score) ?? .null),
        ]
        if let error = record.scoreError { content.append(.init("scoreError", .string(error))) }
        if let review = record.review { content.append(.init("review", review.json)) }
        content.append(.init("transcript", .array(record.transcript.map(Self.utterance))))
        content.append(.init("events", .array(record.events.map(SessionFiles.event))))
        exportId = Self.identifier(of: OrderedJSON.object(content).line)
        let head: [OrderedJSON.Member] = [
            .init("schema", .string("bat-vr-trainer.session")),
            .init("schemaVersion", .integer(Self.schemaVersion)),
            .init("exportId", .string(exportId)),
        ]
        body = Array(OrderedJSON.object(head + content).line.utf8)
    }

    private static func identifier(of content: String) -> String {
        var bytes = Array(SHA256.digest(of: "\(schemaVersion) \(content)".utf8).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        let hex = Array(Hexadecimal.encode(bytes))
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(hex[$0]) }.joined(separator: "-")
    }

    private static func session(_ record: SessionRecord) -> OrderedJSON {
        var members: [OrderedJSON.Member] = [
            .init("sessionId", .string(record.sessionId.text)),
            .init("traineeId", .string(record.traineeId)),
            .init("personaId", .string(record.personaId)),
            .init("personaName", .string(record.personaName)),
            .init("scenarioId", .string(record.scenarioId)),
            .init("client", .string(record.client)),
            .init("sessionStartUtc", .string((record.startedAt ?? record.createdAt).rfc3339)),
            .init("sessionEndUtc", record.endedAt.map { .string($0.rfc3339) } ?? .null),
            .init("durationMs", record.durationMs.map { .integer($0) } ?? .null),
            .init("outcome", record.outcome.map { .string($0.rawValue) } ?? .null),
            .init("endTrigger", record.endTrigger.map { .string($0) } ?? .null),
            .init("initialAttitude", .integer(record.persona.initialAttitude)),
            .init("finalAttitude", record.finalAttitude.map { .integer($0) } ?? .null),
            .init("moodHistory", .array(record.moodHistory.map { .integer($0) })),
            .init("metadata", OrderedJSON(record.metadata == .null ? .object([:]) : record.metadata)),
        ]
        if record.hints == true { members.append(.init("hintsShown", .integer(record.hintsShown.count))) }
        return .object(members)
    }

    private static func score(_ card: Scorecard) -> OrderedJSON {
        let details = Dictionary(card.details.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let categories = card.categoriesInOrder.map { id, score in
            var members: [OrderedJSON.Member] = [.init("id", .string(id)), .init("score", .integer(score))]
            if let detail = details[id] {
                if let machine = detail.machineScore { members.append(.init("machineScore", .integer(machine))) }
                members += [
                    .init("title", .string(detail.title)), .init("weight", .integer(detail.weight)),
                    .init("rationale", .string(detail.rationale)), .init("capped", .bool(detail.capped)),
                    .init("evidence", .array(detail.evidence.map(evidence))),
                ]
            }
            return OrderedJSON.object(members)
        }
        let head: [OrderedJSON.Member] = [
            .init("overall", .integer(card.overall)),
            .init("verdict", .string(card.verdict.rawValue)),
            .init("passed", card.passed.map { .bool($0) } ?? .null),
            .init("passMark", .integer(card.passMark)),
            .init("failReasons", .strings(card.failReasons)),
            .init("pendingReasons", .strings(card.pendingReasons)),
            .init("needsReview", .bool(card.needsReview)),
            .init("counted", .bool(card.counted)),
            .init("notCountedReason", card.notCountedReason.map { .string($0) } ?? .null),
            .init("revision", .integer(card.revision)),
            .init("categories", .array(categories)),
            .init("highlights", .strings(card.highlights)),
            .init("improvements", .strings(card.improvements)),
            .init("summary", .string(card.summary)),
        ]
        let rest: [OrderedJSON.Member] = [
            .init("salesSteps", .array(card.salesSteps.map(step))),
            .init("findings", .array(card.findings.map(finding))),
            .init("flags", .strings(card.flags)),
            .init("reviewed", .bool(card.reviewed)),
            .init("rulesLanguage", card.rulesLanguage.map { .string($0) } ?? .null),
            .init("rulebook", card.rulebook.map { .string($0) } ?? .null),
            .init("model", .string(card.model)),
            .init("rubricVersion", .integer(card.rubricVersion)),
            .init("promptVersion", .integer(card.promptVersion)),
        ]
        return .object(head + card.reviewMembers + card.coachingMember + rest)
    }

    private static func step(_ step: SalesStepResult) -> OrderedJSON {
        .object([
            .init("id", .string(step.id)), .init("status", .string(step.status.rawValue)),
            .init("evidence", .array(step.evidence.map(evidence))),
        ])
    }

    private static func finding(_ finding: Finding) -> OrderedJSON {
        .object([
            .init("findingId", .string(finding.findingId)), .init("id", .string(finding.id)),
            .init("rule", .string(finding.rule.rawValue)), .init("status", .string(finding.status.rawValue)),
            .init("decidedBy", .string(finding.decidedBy.rawValue)),
            .init("severity", .string(finding.severity.rawValue)), .init("message", .string(finding.message)),
            .init("reason", finding.reason.map { .string($0) } ?? .null),
            .init("dateDiffers", finding.dateDiffers.map { .bool($0) } ?? .null),
            .init("time", .seconds(finding.time)), .init("evidence", evidence(finding.evidence)),
        ])
    }

    private static func evidence(_ evidence: Evidence) -> OrderedJSON {
        let members = [("utteranceId", evidence.utteranceId), ("eventId", evidence.eventId), ("text", evidence.text)]
        return .object(members.compactMap { key, value in value.map { .init(key, .string($0)) } })
    }

    private static func utterance(_ utterance: Utterance) -> OrderedJSON {
        guard case .object(let members) = SessionFiles.utterance(utterance) else { return .null }
        return .object([.init("utteranceId", .string(utterance.utteranceId))] + members)
    }
}
