import Domain
import Foundation
import JSON

/// The three data files of a session, as the spec's "Structured Data Format" defines them: the same keys in the same
/// order.
struct SessionFiles: Equatable {
    /// Pretty printed JSON.
    let session: String
    /// NDJSON, one event per line.
    let events: String
    /// NDJSON, one utterance per line.
    let transcript: String

    init(_ record: SessionRecord) {
        session = Self.session(record).document + "\n"
        events = record.events.map { Self.event($0).line + "\n" }.joined()
        transcript = record.transcript.map { Self.utterance($0).line + "\n" }.joined()
    }

    /// Name and content of each file.
    var all: [(name: String, content: [UInt8])] {
        [
            ("session.json", Array(session.utf8)),
            ("events.json", Array(events.utf8)),
            ("transcript.json", Array(transcript.utf8)),
        ]
    }

    private static func session(_ record: SessionRecord) -> OrderedJSON {
        var members: [OrderedJSON.Member] = [
            .init("sessionId", .string(record.sessionId.text)),
            .init("traineeId", .string(record.traineeId)),
            .init("personaId", .string(record.personaId)),
            .init("personaName", .string(record.personaName)),
            .init("scenarioId", .string(record.scenarioId)),
            .init("sessionStartUtc", .string((record.startedAt ?? record.createdAt).rfc3339)),
            .init("sessionEndUtc", record.endedAt.map { .string($0.rfc3339) } ?? .null),
            .init("durationMs", record.durationMs.map { .integer($0) } ?? .null),
            .init("outcome", record.outcome.map { .string($0.rawValue) } ?? .null),
            .init("finalAttitude", record.finalAttitude.map { .integer($0) } ?? .null),
            .init("moodHistory", .array(record.moodHistory.map { .integer($0) })),
            .init("score", record.score.map(score) ?? .null),
        ]
        if let error = record.scoreError { members.append(.init("scoreError", .string(error))) }
        if let review = record.review { members.append(.init("review", review.json)) }
        members.append(.init("client", .string(record.client)))
        if record.hints == true { members.append(.init("hintsShown", .integer(record.hintsShown.count))) }
        members.append(.init("metadata", OrderedJSON(record.metadata == .null ? .object([:]) : record.metadata)))
        if let notice = record.noticeShown { members.append(.init("noticeShown", shown(notice))) }
        if let isShown = record.recordingNoticeShown {
            members.append(.init("recordingNoticeShown", .bool(isShown)))
        }
        return .object(members)
    }

    private static func shown(_ notice: NoticeShown) -> OrderedJSON {
        .object([
            .init("version", .integer(notice.version)), .init("language", .string(notice.language)),
            .init("time", .string(notice.time.rfc3339)),
        ])
    }

    private static func score(_ card: Scorecard) -> OrderedJSON {
        let members: [OrderedJSON.Member] = [
            .init("overall", .integer(card.overall)),
            .init("categories", .object(card.categoriesInOrder.map { .init($0.id, .integer($0.score)) })),
            .init("highlights", .strings(card.highlights)),
            .init("improvements", .strings(card.improvements)),
            .init("summary", .string(card.summary)),
        ]
        return .object(members + card.reviewMembers + card.coachingMember)
    }

    static func event(_ event: SessionEvent) -> OrderedJSON {
        .object([
            .init("time", .seconds(event.time)),
            .init("type", .string(event.type.rawValue)),
            .init("data", OrderedJSON(event.data, order: eventKeys)),
        ])
    }

    static func utterance(_ utterance: Utterance) -> OrderedJSON {
        .object([
            .init("startTime", .seconds(utterance.startTime)),
            .init("endTime", .seconds(utterance.endTime)),
            .init("speaker", .string(utterance.speaker.rawValue)),
            .init("text", .string(utterance.text)),
        ])
    }

    /// The keys of the spec's example events, in the order in which it shows them.
    static let eventKeys = [
        "interactedObject", "action", "question", "answer", "attitude", "direction", "guidance", "errorType", "word",
        "entered", "correct", "hint",
    ]
}

extension Scorecard {
    /// Every category once: those with details in their order, then the others by name.
    var categoriesInOrder: [(id: String, score: Int)] {
        var seen: Set<String> = []
        var ordered: [(id: String, score: Int)] = []
        for id in details.map(\.id) + categories.keys.sorted() {
            guard let score = categories[id], seen.insert(id).inserted else { continue }
            ordered.append((id, score))
        }
        return ordered
    }
}

extension SessionRecord {
    /// Why there is no score, if scoring has failed permanently. Nil while a score may still come.
    var scoreError: String? {
        guard score == nil, pipeline.scoring.state == .failed else { return nil }
        return pipeline.scoring.lastError ?? "scoring failed"
    }
}

extension OrderedJSON {
    /// A moment of the session in seconds, to the millisecond.
    static func seconds(_ time: Double) -> OrderedJSON {
        .number(time.isFinite ? (time * 1000).rounded() / 1000 : 0)
    }
}

extension Date {
    /// UTC to the second, `2024-10-27T10:00:00Z`.
    var rfc3339: String {
        formatted(.iso8601)
    }
}
