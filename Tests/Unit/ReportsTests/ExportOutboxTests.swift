import Domain
import Foundation
import HTTPClient
import Logging
import Storage
import Synchronization
import TestSupport
import Testing

@testable import ReportsService

@Suite struct ExportOutboxTests {
    private let store = SampleStore()

    private func outbox(_ url: String, pause: @escaping @Sendable (Duration) async throws -> Void = { _ in })
        -> ExportOutbox
    {
        let now: @Sendable () -> Date = { [time = store.time] in time.now }
        let client = BatManClient(.init(url: url, authorization: "a", signingSecret: nil), http: HTTPClient(), now: now)
        return ExportOutbox(
            sessions: store.sessions, client: client, logger: Logger(label: "test"), now: now, pause: pause)
    }

    @Test func `an export is stored before it is sent`() async throws {
        let record = try await store.scored()
        let seen = Mutex<[ExportRecord]>([])
        let gate = DispatchSemaphore(value: 0)
        let (asked, ask) = AsyncStream.makeStream(of: Void.self)
        let server = try ScriptedHTTPServer { _ in
            ask.finish()
            gate.wait()
            return .answer(status: 200)
        }
        defer { server.stop() }
        let outbox = outbox(server.url)
        async let export = outbox.export(record)
        for await _ in asked {}
        let stored = try await store.record(record.sessionId).exports
        seen.withLock { $0 = stored }
        gate.signal()
        #expect(try await export.status == .sent)
        let pending = try #require(seen.withLock { $0.first })
        #expect(pending.status == .pending && pending.nextAttemptAt != nil)
        let sent = try #require(try await store.record(record.sessionId).exports.first)
        #expect(
            sent.status == .sent && sent.attempts == 1 && sent.sentAt == store.time.now && sent.nextAttemptAt == nil)
    }

    @Test func `exports beyond the limit are left to the sweep while BatMan hangs`() async throws {
        let gate = DispatchSemaphore(value: 0)
        let server = try ScriptedHTTPServer { _ in
            gate.wait()
            gate.signal()
            return .answer(status: 200)
        }
        defer { server.stop() }
        let outbox = outbox(server.url)
        var ids: [SessionID] = []
        for _ in 0..<ExportOutbox.mostAtOnce { ids.append(try await store.scored().sessionId) }
        let waiting = try await store.scored().sessionId
        try await withThrowingTaskGroup(of: Void.self) { group in
            for id in ids {
                let record = try await store.record(id)
                group.addTask {
                    let export = try await outbox.export(record)
                    #expect(export.status == .sent)
                }
            }
            try await eventually("all are being sent") {
                for id in ids where try await store.record(id).exports.isEmpty { return false }
                return true
            }
            let export = try await outbox.export(store.record(waiting))
            #expect(export.status == .pending && export.attempts == 0)
            #expect(try await !outbox.retryDue())
            gate.signal()
            try await group.waitForAll()
        }
        #expect(try await outbox.retryDue())
        #expect(try await store.record(waiting).exports.map(\.status) == [.sent])
    }

    @Test func `two failures and a success are one export with one key`() async throws {
        let record = try await store.scored()
        let server = try ScriptedHTTPServer { .answer(status: $0.number < 2 ? 503 : 200) }
        defer { server.stop() }
        let pauses = Mutex<[Duration]>([])
        let export = try await outbox(server.url) { pause in pauses.withLock { $0.append(pause) } }.export(record)
        #expect(export.status == .sent && export.attempts == 3 && export.lastError == nil)
        #expect(Set(server.requests.compactMap { $0.headers["idempotency-key"] }) == [export.exportId])
        #expect(Set(server.requests.map(\.body)).count == 1)
        #expect(pauses.withLock { $0 } == [.milliseconds(500), .seconds(1)])
    }

    @Test func `an export that failed three times is retried by the sweep when it is due`() async throws {
        let id = try await store.scored().sessionId
        let works = Atomic(false)
        let server = try ScriptedHTTPServer { _ in .answer(status: works.load(ordering: .relaxed) ? 200 : 500) }
        defer { server.stop() }
        let outbox = outbox(server.url)
        let failed = try await outbox.export(store.record(id))
        #expect(failed.status == .failed && failed.attempts == 3)
        #expect(failed.lastError == "http_500: BatMan answered with status 500")
        #expect(failed.nextAttemptAt == store.time.now + 30)
        #expect(try await !outbox.retryDue())

        store.time.advance(31)
        #expect(try await outbox.retryDue())
        #expect(try await store.record(id).exports.first?.nextAttemptAt == store.time.now + 60)
        works.store(true, ordering: .relaxed)
        store.time.advance(61)
        #expect(try await outbox.retryDue())
        let exports = try await store.record(id).exports
        #expect(exports.map(\.status) == [.sent] && exports.first?.attempts == 5)
        store.time.advance(100_000)
        #expect(try await !outbox.retryDue())
        #expect(server.requests.count == 5)
    }

    @Test func `an export is given up after the last attempt, and a new request retries it`() async throws {
        let id = try await store.scored().sessionId
        let works = Atomic(false)
        let server = try ScriptedHTTPServer { _ in .answer(status: works.load(ordering: .relaxed) ? 200 : 500) }
        defer { server.stop() }
        let outbox = outbox(server.url)
        _ = try await outbox.export(store.record(id))
        var rounds = 0
        repeat {
            store.time.advance(3601)
            rounds += 1
        } while try await outbox.retryDue() && rounds < 100
        let dead = try #require(try await store.record(id).exports.first)
        #expect(dead.status == .failed && dead.nextAttemptAt == nil && dead.attempts == ExportOutbox.mostAttempts)
        works.store(true, ordering: .relaxed)
        #expect(try await outbox.export(store.record(id)).status == .sent)
    }

    @Test func `a refusal is not retried automatically`() async throws {
        let id = try await store.scored().sessionId
        let server = try ScriptedHTTPServer { _ in .json(#"{"error":"internal details"}"#, status: 422) }
        defer { server.stop() }
        let outbox = outbox(server.url)
        let export = try await outbox.export(store.record(id))
        #expect(export.status == .failed && export.nextAttemptAt == nil && server.requests.count == 1)
        #expect(export.lastError == "http_422: BatMan refused the record with status 422")
        store.time.advance(1_000_000)
        #expect(try await !outbox.retryDue())
    }

    @Test func `a session that was sent is not sent again until it changes`() async throws {
        let id = try await store.scored().sessionId
        let server = try ScriptedHTTPServer { _ in .answer(status: 200) }
        defer { server.stop() }
        let outbox = outbox(server.url)
        let first = try await outbox.export(store.record(id))
        #expect(try await outbox.export(store.record(id)) == first)
        #expect(server.requests.count == 1)
        _ = try await store.sessions.addLateEvents(
            [SessionEvent(eventId: "z", time: 1, type: .error, data: .null)], to: id)
        let second = try await outbox.export(store.record(id))
        #expect(second.exportId != first.exportId && server.requests.count == 2)
        #expect(try await store.record(id).exports.count == 2)
    }

    @Test func `an export that a change has superseded is never sent`() async throws {
        let id = try await store.scored().sessionId
        let works = Atomic(false)
        let server = try ScriptedHTTPServer { _ in .answer(status: works.load(ordering: .relaxed) ? 200 : 500) }
        defer { server.stop() }
        let outbox = outbox(server.url)
        let old = try await outbox.export(store.record(id))
        _ = try await store.sessions.addLateEvents(
            [SessionEvent(eventId: "z", time: 1, type: .error, data: .null)], to: id)
        works.store(true, ordering: .relaxed)
        store.time.advance(31)
        #expect(try await outbox.retryDue())
        #expect(try await !outbox.retryDue())
        let exports = try await store.record(id).exports
        let overtaken = try #require(exports.first { $0.exportId == old.exportId })
        #expect(overtaken.status == .failed && overtaken.lastError?.hasPrefix("superseded:") == true)
        #expect(exports.count { $0.status == .sent } == 1)
        #expect(server.requests.last?.headers["idempotency-key"] != old.exportId)
    }

    @Test func `two concurrent requests send it once`() async throws {
        let record = try await store.scored()
        let server = try ScriptedHTTPServer { _ in
            usleep(50_000)
            return .answer(status: 200)
        }
        defer { server.stop() }
        let outbox = outbox(server.url)
        async let first = outbox.export(record)
        async let second = outbox.export(record)
        let statuses = try await [first.status, second.status]
        #expect(statuses.contains(.sent))
        #expect(server.requests.count == 1)
    }
}
