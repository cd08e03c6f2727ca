import Domain
import Foundation

@testable import Chaos

/// A call without flaws, and everything the server stored of it; tests plant flaws in it.
struct CleanCall {
    var entries: [JournalEntry] = []
    var evidence: SessionEvidence
    var faults: [FaultRecord] = []
    var run = RunAudit()

    static let id = "BAT-001"

    var flaws: [Flaw] {
        // A journal is ordered by time.
        let journal = CallJournal(name: "1-1", entries: entries.sorted { $0.at < $1.at })
        return SessionAudit(journal, evidence, faults: faults).flaws + run.flaws
    }

    var record: SessionRecord {
        get { evidence.record ?? Self.record() }
        set { evidence.record = newValue }
    }

    init() {
        let record = Self.record()
        evidence = SessionEvidence(
            record: record, facts: Self.facts(of: record), files: Self.files(of: record), hasJournal: false)
        run.calls = [.init(name: "1-1", session: record.sessionId)]
        run.stored = [record.sessionId]
        run.upstream = [UpstreamSession(id: "sess_1", errorCodes: [], createdItems: ["line_1", "sup_1"])]
        run.exits = [ProcessExit(process: "relay.1", at: 99, code: 0, isWanted: true, lastWords: "")]
        tell(.creating(key: "k"), at: 0)
        tell(.answered(request: "POST /api/sessions", status: 503, code: "storage_unavailable"), at: 0.1)
        tell(.answered(request: "POST /api/sessions", status: 201, code: nil), at: 1.1)
        tell(.created(session: record.sessionId), at: 1.1)
        tell(.connecting(attempt: 1), at: 1.2)
        hear(.ready(.init(sessionId: record.sessionId, seq: 0, sessionTime: 0, resumeWindowMs: 60_000)), at: 1.3)
        tell(.sentEvent(eventId: "e1", way: .socket), at: 1.4)
        tell(.said(text: "Good afternoon. Note 1.", isTyped: true), at: 1.4)
        for (index, utterance) in record.transcript.enumerated() {
            hear(.transcript(.init(seq: index + 1, utterance: utterance)), at: 2 + Double(index))
        }
        hear(.ack(eventIds: ["e1"]), at: 3.5)
        for (index, finding) in record.findings.enumerated() {
            hear(.compliance(.init(seq: 3 + index, finding: finding)), at: 3.6)
        }
        hear(.attitude(.init(seq: 4, value: 5, direction: .rising)), at: 4)
        tell(.sentEvent(eventId: "e2", way: .rest), at: 4.1)
        tell(.answered(request: "POST /api/sessions/BAT-001/events", status: 200, code: nil), at: 4.2)
        tell(.uploaded(eventId: "e2", status: "stored"), at: 4.2)
        tell(.closed(connection: 1, code: 1001), at: 5)
        tell(.connecting(attempt: 2), at: 5.1)
        tell(.refused(attempt: 2, status: 503, code: "session_held"), at: 5.2)
        tell(.connecting(attempt: 3), at: 5.3)
        hear(.ready(.init(sessionId: record.sessionId, seq: 4, sessionTime: 4, resumeWindowMs: 60_000)), at: 5.5, on: 2)
        // Replayed unchanged.
        hear(.attitude(.init(seq: 4, value: 5, direction: .rising)), at: 5.6, on: 2)
        hear(.resumed(from: 4, to: 4, replayed: 1), at: 5.6, on: 2)
        tell(.askedToEnd, at: 6)
        hear(.sessionEnded(seq: 5, outcome: .converted, endTrigger: "end_session"), at: 6.5, on: 2)
        hear(.score(seq: 6, data: record.score, error: nil), at: 7, on: 2)
        tell(.closed(connection: 2, code: 1000), at: 7.1)
        tell(.finished(why: "told over the socket"), at: 7.2)
        tell(.uploaded(eventId: "e1", status: "duplicate"), at: 7.3)
    }

    mutating func tell(_ what: JournalEntry.What, at: Double) { entries.append(JournalEntry(at: at, what: what)) }

    mutating func hear(_ message: ServerMessage, at: Double, on connection: Int = 1) {
        guard let json = try? JSONEncoder().encode(message),
            let value = try? JSONDecoder().decode(JSONValue.self, from: json)
        else { return }
        let type = value["type"]?.string ?? ""
        let seq = ["ready", "resume_failed"].contains(type) ? nil : value["seq"]?.number.map { Int($0) }
        tell(
            .received(connection: connection, type: type, seq: seq, json: String(decoding: json, as: UTF8.self)),
            at: at)
    }

    /// The call goes on for some seconds before the caller asks for its end.
    mutating func delayTheEnd(by seconds: Double) {
        entries = entries.map { $0.at < 6 ? $0 : JournalEntry(at: $0.at + seconds, what: $0.what) }
    }

    /// Removes matching journal entries.
    mutating func forget(_ isForgotten: (JournalEntry.What) -> Bool) { entries.removeAll { isForgotten($0.what) } }

    /// Removes the message with this sequence number from the journal.
    mutating func forget(seq: Int) {
        forget { what in if case .received(_, _, seq, _) = what { true } else { false } }
    }

    // MARK: What the server stored

    static func record() -> SessionRecord {
        let persona = Persona(
            id: "p", version: 1, name: "Karel", type: "t", age: 40, language: "en", description: "", voice: "verse",
            initialAttitude: 3, traits: [], objections: [], attitudeRules: [], realtimePrompt: "",
            supervisorPrompt: "", scoringPrompt: "", productKnowledge: "", rubric: .init(version: 1, categories: []),
            scenarios: [])
        let scenario = Scenario(id: "s", title: "", description: "", goal: "", situation: "")
        let new = NewSession(
            traineeId: "REP", persona: persona, scenario: scenario, client: "chaos", metadata: [:], tokenHash: "",
            createdBy: "", idempotency: nil)
        guard let id = SessionID(Self.id) else { preconditionFailure("\(Self.id) is an id") }
        var record = SessionRecord(new, id: id, at: Date(timeIntervalSince1970: 0))
        record.transcript = [
            Utterance(
                utteranceId: "u1", startTime: 0.5, endTime: 1.5, speaker: .trainee, text: "Good afternoon. Note 1."),
            Utterance(utteranceId: "u2", startTime: 2, endTime: 3, speaker: .avatar, text: "Hello."),
        ]
        record.events = [
            SessionEvent(time: 0, type: .system, data: "Session_Start"),
            SessionEvent(eventId: "e1", time: 0.4, type: .vrInteraction, data: ["action": "PICKUP", "count": 1]),
            SessionEvent(eventId: "e2", time: 3.1, type: .tabletChoice, data: ["answer": "Option_B"]),
            SessionEvent(time: 6, type: .system, data: "Session_End"),
        ]
        record.findings = [
            Finding(
                rule: "greeting", status: .satisfied, severity: .info, message: "Greeted.",
                evidence: Evidence(utteranceId: "u1", text: "Good afternoon"), time: 1)
        ]
        record.attitudeCurve = [.init(time: 3, value: 5, direction: .rising)]
        record.moodHistory = [5]
        record.finalAttitude = 5
        record.supervisorLogs = [SupervisorLog(time: 3, evalSeq: 1, verdict: nil, error: "model_timeout")]
        record.score = Scorecard(
            overall: 70, categories: ["empathy": 70], highlights: [], improvements: [], summary: "", verdict: .passed,
            failReasons: [], details: [], salesSteps: [], findings: [], samples: [70], spread: 0, needsReview: false,
            flags: [], model: "m", rubricVersion: 1, promptVersion: 1)
        record.status = .ended
        record.phase = .filed
        record.outcome = .converted
        record.endTrigger = "end_session"
        record.durationMs = 6_000
        record.dataFilesWritten = true
        record.pipeline.scoring.state = .done
        record.pipeline.files.state = .done
        return record
    }

    private static func facts(of record: SessionRecord) -> [RecordedFact] {
        let contents =
            record.transcript.map { RecordedFact.Content.utterance($0) }
            + record.events.map { RecordedFact.Content.event($0) }
        return contents.enumerated().map { RecordedFact(seq: $0 + 1, time: Double($0), content: $1) }
    }

    private static func files(of record: SessionRecord) -> SessionEvidence.Files {
        SessionEvidence.Files(
            session: [
                "sessionId": .string(id), "outcome": "converted", "durationMs": 6_000, "finalAttitude": 5,
                "moodHistory": [5], "score": ["overall": 70],
            ],
            events: record.events.map {
                ["time": .number($0.time), "type": .string($0.type.rawValue), "data": $0.data]
            },
            transcript: record.transcript.map {
                [
                    "startTime": .number($0.startTime), "endTime": .number($0.endTime),
                    "speaker": .string($0.speaker.rawValue), "text": .string($0.text),
                ]
            })
    }
}
