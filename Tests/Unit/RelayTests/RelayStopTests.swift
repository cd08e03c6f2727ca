import Domain
import Foundation
import Logging
import Storage
import TestSupport
import Testing
import Wire

@testable import Conversation
@testable import RelayService

/// What a relay that stops leaves behind, and what the next one makes of it.
@Suite(.serialized) struct RelayStopTests {
    private let house: RelayHouse

    init() throws {
        house = try RelayHouse()
    }

    /// Runs the relay with an hour to drain, and measures how long its stop takes.
    private func stopTime(_ body: (String) async throws -> Void) async throws -> Duration {
        let began = SharedMutex<ContinuousClock.Instant?>(nil)
        try await house.run(["DRAIN_SECONDS": "3600"]) { path in
            try await body(path)
            began.withLock { $0 = .now }
        }
        return ContinuousClock.now - (try began.withLock { $0 }.orThrow())
    }

    private var files: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: house.journalFolder).sorted() }
    }

    /// A journal as a dead relay leaves it.
    private func leave(_ facts: [RecordedFact], of id: SessionID) async throws {
        let journal = try Journal(directory: house.journalFolder, logger: Logger(label: "test"))
        try await journal.open(id).append(facts)
        await journal.close()
    }

    private func line(_ seq: Int, _ text: String) -> RecordedFact {
        RecordedFact(
            seq: seq, time: Double(seq),
            content: .utterance(
                Utterance(
                    utteranceId: "u\(seq)", startTime: Double(seq), endTime: Double(seq) + 0.5, speaker: .trainee,
                    text: text)))
    }

    // MARK: Draining

    @Test func `a call whose client is gone is handed over at once, and the next relay goes on with it`() async throws {
        let ids = SharedMutex<[SessionID]>([])
        let took = try await stopTime { path in
            let gateway = try await ScriptedGateway.connect(to: path)
            let id = try await house.newSession()
            ids.withLock { $0 = [id] }
            try await gateway.attach(1, id)
            try await gateway.message(1, "attitude")
            gateway.close()
            try await eventually("suspended") { try await house.record(id).phase == .suspended }
        }
        #expect(took < .seconds(10), "stopped after \(took)")
        let id = try ids.withLock { $0.first }.orThrow()
        #expect(try await house.record(id).status == .active)
        try await house.run { path in
            try await eventually("taken over") { try await house.record(id).phase == .suspended }
            let gateway = try await ScriptedGateway.connect(to: path)
            try await gateway.attach(2, id)
            try await gateway.message(2, "ready")
            try gateway.send(2, #"{"type":"resume","lastSeq":0}"#)
            try await gateway.message(2, "resumed")
            try gateway.send(2, #"{"type":"end_session"}"#)
            try await gateway.message(2, "score")
            #expect(try await house.record(id).endTrigger == "end_session")
        }
    }

    @Test func `a client that leaves while the relay drains takes its call to the next one`() async throws {
        let socket = try house.sockets.socket(of: .relay, instance: "r1")
        let leaving = SharedMutex<Task<Void, any Error>?>(nil)
        let took = try await stopTime { path in
            let gateway = try await ScriptedGateway.connect(to: path)
            try await gateway.attach(1, try await house.newSession())
            try await gateway.message(1, "attitude")
            let task = Task {
                try await eventually("the relay drains") { !FileManager.default.fileExists(atPath: socket) }
                gateway.close()
            }
            leaving.withLock { $0 = task }
        }
        try await leaving.withLock { $0 }.orThrow().value
        #expect(took < .seconds(10), "stopped after \(took)")
        #expect(try files == ["BAT-001.journal"])
    }

    // MARK: What the database does not know

    @Test func `a journal is kept when the database does not know its session, and taken up once it does`() async throws
    {
        let id = Fixture.id
        let facts = [line(1, "Good afternoon."), line(2, "What do you smoke?")]
        try await leave(facts, of: id)
        try await house.run { _ in
            try await eventually("set aside") { try files == ["BAT-001.orphan"] }
        }
        // The right database has the session and what it got of it.
        #expect(try await house.newSession() == id)
        _ = try await house.store.claim(
            id, relay: "dead", phase: .talking, startedAt: Date() - 30, realtimeModel: "gpt-realtime-2.1")
        try await house.store.record([facts[0]], of: id)
        try await house.run { _ in
            try await eventually("taken up") {
                try await house.record(id).transcript.map(\.text) == ["Good afternoon.", "What do you smoke?"]
            }
        }
        #expect(try files == ["BAT-001.journal"])
    }

    @Test func `a journal of another session with the same number is no part of this one`() async throws {
        let id = try await house.newSession()
        try await leave([line(1, "Of another database."), line(2, "So is this.")], of: id)
        try await house.run { path in
            try await eventually("set aside") { try files == ["BAT-001.orphan"] }
            let gateway = try await ScriptedGateway.connect(to: path)
            try await gateway.attach(1, id)
            try await gateway.message(1, "ready")
            try gateway.send(1, #"{"type":"text","text":"Hello"}"#)
            try await gateway.message(1, "transcript")
            gateway.close()
        }
        try await house.run { path in
            let gateway = try await ScriptedGateway.connect(to: path)
            try await gateway.attach(2, id)
            try gateway.send(2, #"{"type":"end_session"}"#)
            try await gateway.message(2, "score")
            #expect(try await house.record(id).transcript.map(\.text) == ["Hello"])
        }
    }

    @Test func `what only the journal has of a session that has ended is stored before the journal goes`() async throws
    {
        let id = try await house.newSession()
        _ = try await house.store.claim(
            id, relay: "dead", phase: .talking, startedAt: Date() - 60, realtimeModel: "gpt-realtime-2.1")
        let facts = [line(1, "Good afternoon."), line(2, "What do you smoke?")]
        try await house.store.record([facts[0]], of: id)
        _ = try await house.store.end(
            id, with: EndRecord(endTrigger: "x", outcome: .rejected, endedAt: Date(), durationMs: 1, facts: []))
        try await leave(facts, of: id)
        try await house.run { _ in
            try await eventually("the journal is gone") { try files.isEmpty }
        }
        #expect(try await house.store.facts(of: id) == facts)
    }

    // MARK: After the call

    @Test func `the score does not wait for the files`() async throws {
        house.reportsHang.withLock { $0 = true }
        try await house.run { path in
            let gateway = try await ScriptedGateway.connect(to: path)
            try await gateway.attach(1, try await house.newSession())
            try await gateway.message(1, "ready")
            try gateway.send(1, #"{"type":"end_session"}"#)
            try await gateway.message(1, "session_ended")
            let ended = ContinuousClock.now
            try await gateway.message(1, "score")
            #expect(ContinuousClock.now - ended < .seconds(5))
            house.reportsHang.withLock { $0 = false }
            try await eventually("filed") { house.filed.withLock { !$0.isEmpty } }
        }
    }
}
