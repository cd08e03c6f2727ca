import Domain
import Foundation
import Logging
import Storage
import TestSupport
import Testing
import Wire

/// The real binary with a real database, a real socket and a real HTTP server for BatMan.
@Suite(.serialized) struct ReportsProcessTests {
    /// Runs `body` with a reports process, a store and a client.
    private func withProcess(
        batMan: String? = nil, startAtOnce: Bool = true,
        _ body: (RunningSystem, MongoSessionStore, RequestClient) async throws -> Void
    ) async throws {
        var options = RunningSystem.Options()
        options.counts = [.reports: startAtOnce ? 1 : 0]
        // Nothing here asks a model; an unused address keeps the simulator from starting.
        options.openAI = URL(string: "http://127.0.0.1:1/v1")
        if let batMan {
            options.environment = [
                "BATMAN_API_URL": batMan, "BATMAN_API_AUTH": "Bearer t", "BATMAN_SIGNING_SECRET": "k",
            ]
        }
        let system = try await RunningSystem.start(options)
        let logger = Logger(label: "test")
        let store = try MongoSessionStore(MongoConfiguration(uri: system.mongoURI), logger: logger)
        let client = RequestClient(
            of: .reports, in: system.sockets, as: Hello(service: .gateway, instance: "test"), logger: logger)
        let result: Result<Void, any Error>
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await client.run() }
                defer { group.cancelAll() }
                try await body(system, store, client)
            }
            result = .success(())
        } catch { result = .failure(error) }
        await store.close()
        await system.stop()
        try result.get()
    }

    private func ask(
        _ client: RequestClient, _ id: SessionID, _ make: @escaping @Sendable (String, SessionID) -> ReportsRequest
    ) async throws -> ReportsReply {
        try await client.request(key: id.text, timeout: .seconds(30)) { make($0, id) }
    }

    /// A scored session in the database whose files are due.
    private func scored(in store: MongoSessionStore) async throws -> SessionID {
        let id = try await store.create(SampleSession.new()).record.sessionId
        let sample = SampleSession.record()
        _ = try await store.claim(
            id, relay: "r", phase: .talking, startedAt: SampleSession.start, realtimeModel: "m")
        let facts = sample.transcript.enumerated().map {
            RecordedFact(seq: $0 + 1, time: $1.startTime, content: .utterance($1))
        }
        _ = try await store.end(
            id,
            with: EndRecord(
                endTrigger: "end_session", outcome: .converted, endedAt: SampleSession.start + 512, durationMs: 512_000,
                facts: facts))
        let now = Date()
        _ = try await store.lease(.scoring, of: id, for: "s", until: now + 60, now: now)
        #expect(try await store.finishScoring(id, owner: "s", score: SampleSession.scorecard, outcome: .converted))
        return id
    }

    @Test func `a scored session becomes files, a report and a zip that agree`() async throws {
        try await withProcess { system, store, client in
            let id = try await scored(in: store)
            guard case .filed(_, id) = try await ask(client, id, ReportsRequest.file) else {
                Issue.record("not filed")
                return
            }
            let record = try #require(try await store.session(id))
            #expect(record.dataFilesWritten && record.phase == .filed)
            let data = system.folder.path + "/data/"
            let session = try String(contentsOfFile: data + "\(id)/session.json", encoding: .utf8)
            #expect(session.contains(#""overall": 75"#))
            guard
                case .fileReady(_, let report, _) = try await ask(
                    client, id, { .report(id: $0, sessionId: $1, audience: .trainer) }),
                case .fileReady(_, let zip, _) = try await ask(
                    client, id, { .archive(id: $0, sessionId: $1, audience: .trainer) })
            else {
                Issue.record("no report, or no zip")
                return
            }
            #expect(try Tool.text(ofPDF: data + report).contains("Marlboro for 20 years"))
            #expect(try Tool.run("unzip", "-p", data + zip, "\(id)/session.json") == Data(session.utf8))
            let socket = try LoopbackSocket.connected(path: system.sockets.socket(of: .reports, instance: "1"))
            let metrics = await LoopbackSocket.get("/metrics", on: socket).body
            #expect(metrics.contains("bat_report_render_seconds_count 1"))
            guard case .failed(_, "export_not_configured", _) = try await ask(client, id, ReportsRequest.export) else {
                Issue.record("exported to nowhere")
                return
            }
        }
    }

    @Test func `a session that was scored while no reports process ran is filed by the sweep`() async throws {
        try await withProcess(startAtOnce: false) { system, store, _ in
            let id = try await scored(in: store)
            try system.launch(.reports, instance: "1")
            try await eventually("\(id) is filed", within: .seconds(30)) {
                try await store.session(id)?.dataFilesWritten == true
            }
        }
    }

    @Test func `an export is sent once and stored in the session`() async throws {
        let batMan = try ScriptedHTTPServer { .answer(status: $0.number == 0 ? 503 : 200) }
        defer { batMan.stop() }
        try await withProcess(batMan: batMan.url) { _, store, client in
            let id = try await scored(in: store)
            for _ in 0..<2 {
                guard case .exported(_, let export) = try await ask(client, id, ReportsRequest.export) else {
                    Issue.record("not exported")
                    return
                }
                #expect(export.status == .sent && export.attempts == 2)
            }
            #expect(try await store.session(id)?.exports.map(\.status) == [.sent])
            #expect(batMan.requests.count == 2)
            #expect(batMan.requests.allSatisfy { $0.headers["x-bat-signature"]?.hasPrefix("t=") == true })
        }
    }

    @Test func `it stops cleanly on SIGTERM and removes its socket`() async throws {
        try await withProcess { system, _, _ in
            let process = try #require(system.process(.reports))
            process.signal(SIGTERM)
            #expect(try await process.exitCode() == 0)
            #expect(try !FileManager.default.fileExists(atPath: system.sockets.socket(of: .reports, instance: "1")))
        }
    }
}
