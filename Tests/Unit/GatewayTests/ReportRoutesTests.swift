import Domain
import Foundation
import HTTPTypes
import Storage
import TestSupport
import Testing
import Wire

@testable import GatewayService

@Suite struct `reports and files` {
    @Test func `reports and files are refused before the end and until the score exists`() async throws {
        let gateway = try await TestGateway()
        try await gateway.newSession()
        let early = try await gateway.get("/api/sessions/BAT-001/report")
        #expect(early.status == 409)
        #expect(early.code == "session_not_ended")
        _ = try await gateway.store.end(
            try Fixtures.id(1),
            with: .init(endTrigger: "end_session", outcome: .rejected, endedAt: Date(), durationMs: 1, facts: []))
        let pending = try await gateway.get("/api/sessions/BAT-001/data")
        #expect(pending.status == 409)
        #expect(pending.code == "score_pending")
        #expect(pending.headers[.retryAfter] != nil)
    }

    @Test func `reports and files are downloaded with a file name`() async throws {
        let gateway = try await TestGateway(askReports: { request in
            switch request {
            case .report(let id, _, _): .fileReady(id: id, path: "BAT-001/report.pdf", size: 9)
            case .archive(let id, _, _): .fileReady(id: id, path: "BAT-001/BAT-001.zip", size: 2)
            case .file(let id, _), .export(let id, _), .recording(let id, _), .trainee(let id, _), .erase(let id, _):
                .failed(id: id, code: "export_not_configured", message: "no URL")
            }
        })
        try await gateway.newSession()
        try await gateway.endAndScore(try Fixtures.id(1))
        let folder = gateway.folder.appending(path: "data/BAT-001")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("%PDF-1.3\n".utf8).write(to: folder.appending(path: "report.pdf"))
        let report = try await gateway.get("/api/sessions/BAT-001/report")
        #expect(report.status == 200)
        #expect(report.text == "%PDF-1.3\n")
        #expect(report.headers[.contentType] == "application/pdf")
        #expect(report.headers[.contentDisposition] == #"attachment; filename="BAT-001-report.pdf""#)
        // A file that the reports service announced may be gone by now.
        #expect(try await gateway.get("/api/sessions/BAT-001/data").status == 503)
        let export = try await gateway.send(.post, "/api/sessions/BAT-001/export")
        #expect(export.status == 503)
        #expect(export.code == "export_not_configured")
    }

    @Test func `who sees only their own sessions gets the files without what is only suspected`() async throws {
        let asked = Asked()
        let gateway = try await TestGateway(
            `looking at sessions`.keys,
            askReports: { request in
                await asked.add(request)
                throw WireError(.noInstance, "not there")
            })
        let id = try await gateway.store.create(
            NewSession(
                traineeId: "anna", persona: Fixtures.karel, scenario: Fixtures.karel.scenarios[0], client: "practice",
                metadata: [:], tokenHash: "", createdBy: "unity", idempotency: nil)
        ).record.sessionId
        try await gateway.endAndScore(id)
        for key in [`looking at sessions`.unity, `looking at sessions`.viewer, `looking at sessions`.admin] {
            for path in ["report", "data"] {
                _ = try await gateway.get("/api/sessions/\(id)/\(path)", key: key)
            }
        }
        let audiences: [ReportsRequest.Audience?] = await asked.requests.map { request in
            switch request {
            case .report(_, _, let audience), .archive(_, _, let audience): return audience
            case .file, .recording, .export, .trainee, .erase: return nil
            }
        }
        #expect(audiences == [.trainee, .trainee, .trainer, .trainer, .trainer, .trainer])
    }

    private actor Asked {
        private(set) var requests: [ReportsRequest] = []
        func add(_ request: ReportsRequest) { requests.append(request) }
    }

    @Test func `a recording is played in ranges, and a call without one has none`() async throws {
        let gateway = try await TestGateway(askReports: { request in
            guard case .recording(let id, let session) = request else { throw WireError(.noInstance, "unexpected") }
            return session.text == "BAT-001"
                ? .fileReady(id: id, path: "BAT-001/call.wav", size: 10)
                : .failed(id: id, code: .notRecorded, message: "none")
        })
        try await gateway.newSession()
        let early = try await gateway.get("/api/sessions/BAT-001/recording")
        #expect(early.status == 409 && early.code == "session_not_ended")
        try await gateway.endAndScore(try Fixtures.id(1))
        let folder = gateway.folder.appending(path: "data/BAT-001")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("0123456789".utf8).write(to: folder.appending(path: "call.wav"))
        let whole = try await gateway.get("/api/sessions/BAT-001/recording")
        #expect(whole.status == 200 && whole.text == "0123456789")
        #expect(whole.headers[.contentType] == "audio/wav" && whole.headers[.acceptRanges] == "bytes")
        let part = try await gateway.get("/api/sessions/BAT-001/recording", headers: [.range: "bytes=2-4"])
        #expect(part.status == 206 && part.text == "234")
        #expect(part.headers[.contentRange] == "bytes 2-4/10")
        let beyond = try await gateway.get("/api/sessions/BAT-001/recording", headers: [.range: "bytes=10-"])
        #expect(beyond.status == 416 && beyond.code == "range_not_satisfiable")
        #expect(beyond.headers[.contentRange] == "bytes */10")
        try await gateway.newSession()
        try await gateway.endAndScore(try Fixtures.id(2))
        let none = try await gateway.get("/api/sessions/BAT-002/recording")
        #expect(none.status == 404 && none.code == "not_recorded")
    }

    @Test(
        arguments: [
            (nil, .whole), ("bytes=0-", .part(0...9)), ("bytes=3-3", .part(3...3)), ("bytes=3-99", .part(3...9)),
            ("bytes=-3", .part(7...9)), ("bytes=-30", .part(0...9)), ("bytes=10-", .notSatisfiable),
            ("bytes=-0", .notSatisfiable), ("bytes=5-3", .whole), ("bytes=-", .whole), ("bytes=0-1,3-4", .whole),
            ("items=0-1", .whole), ("bytes=99999999999999999999-", .whole), ("bytes= 1-2", .whole),
        ] as [(String?, ByteRange)])
    func `a range is read as RFC 9110 has it`(header: String?, expected: ByteRange) {
        #expect(ByteRange(header, of: 10) == expected)
    }

    @Test(arguments: [WireError.Code.noInstance, .timeout, .connectionLost, .queueFull])
    func `without an answer of a reports process a request is refused for now`(code: WireError.Code) async throws {
        let gateway = try await TestGateway(askReports: { _ in throw WireError(code, "not there") })
        try await gateway.newSession()
        try await gateway.endAndScore(try Fixtures.id(1))
        for answer in [
            try await gateway.get("/api/sessions/BAT-001/report"), try await gateway.get("/api/sessions/BAT-001/data"),
            try await gateway.send(.post, "/api/sessions/BAT-001/export"),
        ] {
            #expect(answer.status == 503)
            #expect(answer.code == "reports_unavailable")
            #expect(answer.headers[.retryAfter].flatMap { Int($0) } ?? 0 > 0)
            #expect(!answer.text.contains("not there"))
        }
    }

    @Test func `files are served only from the session's own folder`() throws {
        let id = try Fixtures.id(1)
        let folder = FileManager.default.temporaryDirectory.appending(path: "gw-\(UInt32.random(in: 0 ... .max))")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(
            at: folder.appending(path: "BAT-001"), withIntermediateDirectories: true)
        try Data("x".utf8).write(to: folder.appending(path: "BAT-001/a.pdf"))
        try FileManager.default.createSymbolicLink(
            at: folder.appending(path: "BAT-001/link.pdf"), withDestinationURL: URL(filePath: "/etc/passwd"))
        func path(_ text: String) -> String? { ReportRoutes.safePath(text, of: id, in: folder.path) }
        #expect(path("BAT-001/a.pdf") != nil)
        for text in ["BAT-001/link.pdf", "BAT-002/a.pdf", "BAT-001/../BAT-001/a.pdf", "/etc/passwd", "BAT-001", ""] {
            #expect(path(text) == nil, "\(text)")
        }
    }

    @Test func `the answer to an export has its status`() async throws {
        let status = ExportStatus()
        let gateway = try await TestGateway(askReports: { request in
            guard case .export(let id, _) = request else { throw CancellationError() }
            return .exported(id: id, export: ExportRecord(exportId: "x", status: await status.next(), attempts: 1))
        })
        try await gateway.newSession()
        try await gateway.endAndScore(try Fixtures.id(1))
        let answers = [
            try await gateway.send(.post, "/api/sessions/BAT-001/export"),
            try await gateway.send(.post, "/api/sessions/BAT-001/export"),
            try await gateway.send(.post, "/api/sessions/BAT-001/export"),
        ]
        #expect(answers.map(\.status) == [200, 202, 502])
        #expect(answers[0].json["exportId"]?.string == "x")
        let audit = try await gateway.store.audit(matching: AuditFilter(), limit: 10, after: nil).items
        #expect(audit.filter { $0.action == .sessionExported }.map(\.detail) == ["pending", "sent"])
    }

    private actor ExportStatus {
        private var left: [ExportRecord.Status] = [.sent, .pending, .failed]
        func next() -> ExportRecord.Status { left.removeFirst() }
    }
}
