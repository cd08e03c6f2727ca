import Bootstrap
import Domain
import Foundation
import Logging
import OpenAI
import ServiceLifecycle
import Storage
import Synchronization
import TestSupport
import Testing
import Wire

@testable import ScoringService

@Suite struct ScoringDeskTests {
    /// Time that the test advances, for the store and the desk.
    final class Calendar: Sendable {
        private let date = Mutex(Date(timeIntervalSince1970: 1_795_000_000))
        var now: Date { date.withLock { $0 } }
        func advance(_ seconds: TimeInterval) { date.withLock { $0 += seconds } }
    }

    let calendar = Calendar()

    func desk(_ model: LanguageModel, _ store: any SessionStore, instance: String = "one") throws -> ScoringDesk {
        let calendar = calendar
        return ScoringDesk(
            scorer: try Fixture.scorer(model), store: store, instance: instance,
            metrics: ScoringMetrics(), logger: Logger(label: "test"), now: { calendar.now })
    }

    func store() async throws -> (MemorySessionStore, SessionID) {
        let calendar = calendar
        return try await Fixture.store(now: { calendar.now })
    }

    let good = LanguageModel(name: "m") { _ in ModelAnswer(text: Fixture.json()) }

    func failing(_ code: OpenAIError.Code) -> LanguageModel {
        LanguageModel(name: "m") { _ in throw OpenAIError(code, "no") }
    }

    @Test func `a job is leased, scored and stored once`() async throws {
        let (store, id) = try await store()
        let desk = try desk(good, store)
        guard case .scored = try await desk.work(on: nil) else { throw Missing() }
        let record = try await store.session(id).orThrow()
        #expect(record.score?.overall == 73)
        #expect(record.outcome == .converted)
        #expect(record.pipeline.scoring.state == .done)
        #expect(record.pipeline.files.state == .pending)
        #expect(try await desk.work(on: id) == nil)
    }

    @Test func `a temporary failure is tried three times with growing pauses and then recorded`() async throws {
        let (store, id) = try await store()
        let desk = try desk(failing(.unavailable), store)
        for pause in [5.0, 30.0] {
            guard case .failed("model_unavailable", _, false) = try await desk.work(on: id) else { throw Missing() }
            calendar.advance(pause - 1)
            #expect(try await desk.work(on: id) == nil)
            calendar.advance(1)
        }
        guard case .failed("model_unavailable", _, true) = try await desk.work(on: id) else { throw Missing() }
        let job = try await store.session(id).orThrow().pipeline
        #expect(job.scoring.state == .failed)
        #expect(job.scoring.lastError == "model_unavailable: no")
        // The files are still due.
        #expect(job.files.state == .pending)
    }

    @Test(arguments: [OpenAIError.Code.unauthorized, .quotaExhausted, .invalidRequest])
    func `a failure that an operator has to fix is recorded at once`(code: OpenAIError.Code) async throws {
        let (store, id) = try await store()
        guard case .failed(code.rawValue, _, true) = try await desk(failing(code), store).work(on: id) else {
            throw Missing()
        }
        #expect(try await store.session(id).orThrow().pipeline.scoring.state == .failed)
    }

    @Test func `a job of a killed process is retried, but not for ever`() async throws {
        let (store, id) = try await store()
        for attempt in 1...ScoringDesk.attempts {
            let record = try await store.lease(
                .scoring, of: nil, for: "killed", until: calendar.now + ScoringDesk.lease, now: calendar.now)
            #expect(record?.pipeline.scoring.attempts == attempt)
            #expect(try await desk(good, store).work(on: id) == nil)
            calendar.advance(ScoringDesk.lease + 1)
        }
        guard case .failed("too_many_attempts", _, true) = try await desk(good, store).work(on: id) else {
            throw Missing()
        }
    }

    @Test func `a job under way at the stop is given back, and the attempt is not counted`() async throws {
        let (store, id) = try await store()
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let slow = LanguageModel(name: "slow") { _ in
            start.yield()
            try await Task.sleep(for: .seconds(60))
            return ModelAnswer(text: "")
        }
        let logger = Logger(label: "test")
        let group = ServiceGroup(
            configuration: .init(
                services: [ScoringSweep(desk: try desk(slow, store), logger: logger)], logger: logger))
        let began = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await _ in started { break }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        #expect(ContinuousClock.now - began < .seconds(10))
        let job = try await store.session(id).orThrow().pipeline.scoring
        #expect(job.state == .pending && job.attempts == 0)
        guard case .scored = try await desk(good, store).work(on: id) else { throw Missing() }
    }

    @Test func `a finished judgement waits for a database that is away`() async throws {
        let (store, id) = try await store()
        let model = LanguageModel(name: "m") { _ in
            await store.setOutage(true)
            return ModelAnswer(text: Fixture.json())
        }
        async let result = desk(model, store).work(on: id)
        try await eventually("the store was tried") { await store.failedCalls > 0 }
        await store.setOutage(false)
        guard case .scored = try await result else { throw Missing() }
        let record = try await store.session(id).orThrow()
        #expect(record.score?.overall == 73 && record.pipeline.scoring.attempts == 1)
    }

    @Test func `a result that the store refuses uses up its attempt`() async throws {
        let (store, id) = try await store()
        await store.refuseScores()
        await #expect(throws: StorageError.self) { try await desk(good, store).work(on: id) }
        let job = try await store.session(id).orThrow().pipeline.scoring
        #expect(job.attempts == 1 && job.state == .leased)
    }

    @Test func `a result is dropped if another process has the lease by then`() async throws {
        let (store, id) = try await store()
        let calendar = calendar
        let other = try desk(good, store, instance: "two")
        let slow = LanguageModel(name: "slow") { _ in
            calendar.advance(ScoringDesk.lease + 1)
            _ = try await other.work(on: id)
            return ModelAnswer(text: Fixture.json(10, argumentQuality: 10, compliance: 10))
        }
        #expect(try await desk(slow, store).work(on: id) == nil)
        #expect(try await store.session(id).orThrow().score?.overall == 73)
    }

    @Test func `an event that arrives during scoring is scored as well, even by the same process`() async throws {
        let (store, id) = try await store()
        let desk = try desk(good, store)
        let calendar = calendar
        let isFirst = Mutex(true)
        let slow = LanguageModel(name: "slow") { _ in
            if isFirst.withLock({ first in
                defer { first = false }; return first
            }) {
                let event = SessionEvent(
                    eventId: "late", time: 5, type: .vrInteraction,
                    data: ["interactedObject": "GLO_Device", "action": "HANDOVER"])
                _ = try await store.addLateEvents([event], to: id)
                calendar.advance(4)
                _ = try await desk.work(on: id)
            }
            return ModelAnswer(text: Fixture.json(10, argumentQuality: 10, compliance: 10))
        }
        #expect(try await self.desk(slow, store).work(on: id) == nil)
        let record = try await store.session(id).orThrow()
        #expect(record.score?.overall == 73)
        #expect(record.pipeline.scoring.state == .done)
    }

    @Test func `a sweep finds every due job`() async throws {
        let (store, first) = try await store()
        var ids = [first]
        for _ in 0..<9 {
            let id = try await store.create(Fixture.new).record.sessionId
            _ = try await store.end(
                id,
                with: EndRecord(
                    endTrigger: "end_session", outcome: .rejected, endedAt: calendar.now, durationMs: 1, facts: []))
            ids.append(id)
        }
        await ScoringSweep(desk: try desk(good, store), logger: Logger(label: "test")).sweep()
        for id in ids { #expect(try await store.session(id).orThrow().pipeline.scoring.state == .done) }
    }

    @Test func `a relay gets one answer per request over the socket`() async throws {
        let (store, id) = try await store()
        let unknown = try SessionID("BAT-999").orThrow()
        let live = try await store.create(Fixture.new).record.sessionId
        try await withScorer(good, store) { connection in
            for (number, session) in [id, id, unknown, live].enumerated() {
                try connection.send(ScoringRequest.score(id: "q\(number)", sessionId: session))
            }
            var replies: [String: ScoringReply] = [:]
            var packets = connection.packets.makeAsyncIterator()
            while replies.count < 4, let packet = try await packets.next() {
                replies[packet.id ?? ""] = try packet.decode()
            }
            #expect(replies["q0"] == .scored(id: "q0", sessionId: id))
            #expect(replies["q1"] == .scored(id: "q1", sessionId: id))
            guard case .failed(_, _, "session_not_found", _, true) = replies["q2"] else { throw Missing() }
            guard case .failed(_, _, "session_not_ended", _, false) = replies["q3"] else { throw Missing() }
        }
    }

    @Test func `a database outage is reported to the relay`() async throws {
        let (store, id) = try await store()
        await store.setOutage(true)
        try await withScorer(.unexpected, store) { connection in
            try connection.send(ScoringRequest.score(id: "q", sessionId: id))
            var packets = connection.packets.makeAsyncIterator()
            let reply: ScoringReply = try (try await packets.next()).orThrow().decode()
            guard case .failed("q", id, "storage_unavailable", _, false) = reply else { throw Missing() }
        }
    }

    private func withScorer(
        _ model: LanguageModel, _ store: any SessionStore, _ body: (Connection) async throws -> Void
    ) async throws {
        let sockets = SocketDirectory(root: try TestFolders.temporary("sco").path)
        let handler = ScoringHandler(desk: try desk(model, store), store: store)
        let server = UnixServer(
            at: sockets, service: .scoring, instance: "one",
            status: StatusEndpoints(readyz: { (true, "{}") }, metrics: { "" }), logger: Logger(label: "test"),
            serve: handler.serve)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            let path = try sockets.socket(of: .scoring, instance: "one")
            let made = Mutex<Connection?>(nil)
            try await eventually("the scorer listens") {
                let link = try? await PacketChannel.control(to: path, as: Hello(service: .relay, instance: "r"))
                made.withLock { $0 = link }
                return link != nil
            }
            let connection = try made.withLock { $0 }.orThrow()
            try await body(connection)
            connection.close()
            group.cancelAll()
        }
    }
}
