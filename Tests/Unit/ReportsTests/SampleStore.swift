import Domain
import Foundation
import Storage
import Synchronization
import TestSupport
import Testing

/// A store with the sample session in the state that a test needs, and a clock that the test sets.
struct SampleStore {
    let sessions: MemorySessionStore
    let time: ManualTime

    init() {
        let time = ManualTime(SampleSession.start)
        self.time = time
        sessions = MemorySessionStore(now: { time.now })
    }

    /// The session is active.
    func active(_ visibility: SessionVisibility = .submitted) async throws -> SessionRecord {
        var new = SampleSession.new()
        new.visibility = visibility
        return try await sessions.create(new).record
    }

    /// The session has ended and is not scored yet.
    func ended(_ visibility: SessionVisibility = .submitted) async throws -> SessionRecord {
        let record = try await active(visibility)
        let sample = SampleSession.record()
        _ = try await sessions.claim(
            record.sessionId, relay: "r", phase: .talking, startedAt: SampleSession.start, realtimeModel: "m")
        let contents: [(Double, RecordedFact.Content)] =
            sample.transcript.map { ($0.startTime, .utterance($0)) } + sample.events.map { ($0.time, .event($0)) }
            + sample.attitudeCurve.map { ($0.time, .attitude($0)) }
        let facts = contents.enumerated().map { RecordedFact(seq: $0 + 1, time: $1.0, content: $1.1) }
        return try await sessions.end(
            record.sessionId,
            with: EndRecord(
                endTrigger: "end_conversation:converted", outcome: .converted,
                endedAt: SampleSession.start.addingTimeInterval(512), durationMs: 512_000, facts: facts))
    }

    /// The session is scored and its files are due.
    func scored(_ visibility: SessionVisibility = .submitted) async throws -> SessionRecord {
        let id = try await ended(visibility).sessionId
        _ = try await sessions.lease(.scoring, of: id, for: "s", until: time.now + 60, now: time.now)
        _ = try await sessions.finishScoring(id, owner: "s", score: SampleSession.scorecard, outcome: .converted)
        return try await record(id)
    }

    /// Scores again, as after late events.
    func scoreAgain(_ id: SessionID) async throws {
        time.advance(10)
        _ = try await sessions.lease(.scoring, of: id, for: "s", until: time.now + 60, now: time.now)
        _ = try await sessions.finishScoring(id, owner: "s", score: SampleSession.scorecard, outcome: .converted)
    }

    func record(_ id: SessionID) async throws -> SessionRecord {
        try #require(try await sessions.session(id))
    }
}

/// Time that stands still until it is advanced.
final class ManualTime: Sendable {
    private let date: Mutex<Date>

    init(_ start: Date) { date = Mutex(start) }

    var now: Date { date.withLock { $0 } }

    func advance(_ seconds: TimeInterval) { date.withLock { $0 += seconds } }
}
