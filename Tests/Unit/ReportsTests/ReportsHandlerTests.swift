import Domain
import Foundation
import HTTPClient
import Logging
import Storage
import TestSupport
import Testing
import Wire

@testable import ReportsService

@Suite struct ReportsHandlerTests {
    private let scratch: ScratchFolder
    private let store = SampleStore()

    init() throws { scratch = try ScratchFolder() }

    private func handler(batMan: String? = nil, root: String? = nil) throws -> ReportsHandler {
        let logger = Logger(label: "test")
        let now: @Sendable () -> Date = { [time = store.time] in time.now }
        let archive = SessionArchive(
            root: root ?? scratch.path, typeface: try Typeface(folder: TypefaceTests.folder),
            pool: RenderingPool(threads: 2, limit: 8), now: now)
        let outbox = batMan.map { url in
            ExportOutbox(
                sessions: store.sessions,
                client: BatManClient(
                    .init(url: url, authorization: nil, signingSecret: nil), http: HTTPClient(), now: now),
                logger: logger, now: now, pause: { _ in })
        }
        return ReportsHandler(
            sessions: store.sessions, archive: archive,
            filing: FilingJob(sessions: store.sessions, archive: archive, owner: "me", logger: logger, now: now),
            outbox: outbox,
            erasure: ErasureSweep(
                root: root ?? scratch.path, store: store.sessions, withdrawals: nil, logger: logger, now: now),
            trainees: TraineeArchive(root: root ?? scratch.path, sessions: store.sessions), logger: logger)
    }

    private func code(_ reply: ReportsReply) -> ErrorCode? {
        if case .failed(_, let code, _) = reply { code } else { nil }
    }

    @Test func `a scored session gets its files, a report and a zip`() async throws {
        let id = try await store.scored().sessionId
        let handler = try handler()
        #expect(await handler.answer(.file(id: "1", sessionId: id)) == .filed(id: "1", sessionId: id))
        #expect(await handler.answer(.file(id: "2", sessionId: id)) == .filed(id: "2", sessionId: id))
        for (request, path) in [
            (ReportsRequest.report(id: "3", sessionId: id, audience: .trainer), "BAT-001/report.pdf"),
            (.archive(id: "3", sessionId: id, audience: .trainer), "BAT-001/BAT-001.zip"),
            (.archive(id: "3", sessionId: id, audience: .trainee), "BAT-001/BAT-001-trainee.zip"),
        ] {
            guard case .fileReady("3", path, let size) = await handler.answer(request) else {
                Issue.record("\(path) is not ready")
                continue
            }
            #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/" + path)).count == size)
        }
        #expect(try Tool.text(ofPDF: scratch.path + "/BAT-001/report.pdf").contains("Forgot DOB check"))
    }

    @Test func `an active or unknown session is refused with its code`() async throws {
        let id = try await store.active().sessionId
        let handler = try handler(batMan: "http://127.0.0.1:1")
        let unknown = try #require(SessionID(number: 999))
        let report = { (id: String, session: SessionID) in
            ReportsRequest.report(id: id, sessionId: session, audience: .trainee)
        }
        let archive = { (id: String, session: SessionID) in
            ReportsRequest.archive(id: id, sessionId: session, audience: .trainee)
        }
        for make in [ReportsRequest.file, report, archive, ReportsRequest.export] {
            #expect(code(await handler.answer(make("1", id))) == "session_not_ended")
            #expect(code(await handler.answer(make("1", unknown))) == "session_not_found")
        }
        #expect(scratch.files.isEmpty)
    }

    @Test func `a session that is not scored yet has a report and a zip, but is not filed`() async throws {
        let id = try await store.ended().sessionId
        let handler = try handler()
        #expect(code(await handler.answer(.file(id: "1", sessionId: id))) == "not_scored")
        #expect(code(await handler.answer(.report(id: "1", sessionId: id, audience: .trainer))) == nil)
        #expect(code(await handler.answer(.archive(id: "1", sessionId: id, audience: .trainer))) == nil)
    }

    @Test func `an export without BatMan is refused with the reason`() async throws {
        let id = try await store.scored().sessionId
        guard
            case .failed(_, "export_not_configured", let message) = try await handler().answer(
                .export(id: "1", sessionId: id))
        else {
            Issue.record("exported to nowhere")
            return
        }
        #expect(message.contains("BATMAN_API_URL"))
    }

    @Test func `a private session is not exported until it is submitted`() async throws {
        let server = try ScriptedHTTPServer { _ in .answer(status: 200) }
        defer { server.stop() }
        let id = try await store.scored(.private).sessionId
        let handler = try handler(batMan: server.url)
        #expect(code(await handler.answer(.export(id: "1", sessionId: id))) == .sessionPrivate)
        #expect(try await store.record(id).exports.isEmpty)
        try await store.sessions.submit(id)
        #expect(code(await handler.answer(.export(id: "2", sessionId: id))) == nil)
        #expect(try await store.record(id).exports.map(\.status) == [.sent])
    }

    @Test func `an export that BatMan does not accept is answered with its record`() async throws {
        let id = try await store.scored().sessionId
        let server = try ScriptedHTTPServer { _ in .answer(status: 500) }
        defer { server.stop() }
        guard
            case .exported(_, let export) = try await handler(batMan: server.url).answer(
                .export(id: "1", sessionId: id))
        else {
            Issue.record("no record of the export")
            return
        }
        #expect(export.status == .failed && export.attempts == 3)
        #expect(try await store.record(id).exports == [export])
    }

    @Test func `a database outage gives a retryable code`() async throws {
        let id = try await store.scored().sessionId
        await store.sessions.setOutage(true)
        #expect(
            code(try await handler().answer(.report(id: "1", sessionId: id, audience: .trainer)))
                == "storage_unavailable")
    }

    @Test func `a folder that cannot be written gives a code without a path`() async throws {
        let id = try await store.scored().sessionId
        let blocked = scratch.path + "/file"
        try Data().write(to: URL(fileURLWithPath: blocked))
        let handler = try handler(root: blocked)
        guard
            case .failed(_, "file_not_written", let message) = await handler.answer(
                .report(id: "1", sessionId: id, audience: .trainer))
        else {
            Issue.record("written where nothing can be written")
            return
        }
        #expect(!message.contains("/"))
        #expect(code(await handler.answer(.file(id: "1", sessionId: id))) == "files_not_written")
    }

    @Test func `the answer waits for a filing that another process holds`() async throws {
        let id = try await store.scored().sessionId
        _ = try await store.sessions.lease(
            .files, of: id, for: "other", until: store.time.now + 60, now: store.time.now)
        let handler = try handler()
        async let reply = handler.answer(.file(id: "1", sessionId: id))
        _ = try await store.sessions.finishFiles(id, owner: "other")
        #expect(await reply == .filed(id: "1", sessionId: id))
    }
}
