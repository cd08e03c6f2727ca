import Domain
import Foundation
import HTTPClient
import Logging
import Storage
import TestSupport
import Testing
import Wire

@testable import ReportsService

@Suite struct ErasureSweepTests {
    private let store = SampleStore()
    private let scratch: ScratchFolder
    private let logger = Logger(label: "test")

    init() throws { scratch = try ScratchFolder() }

    private func sweep(batMan: String? = nil) -> ErasureSweep {
        let now: @Sendable () -> Date = { [time = store.time] in time.now }
        let withdrawals = batMan.map { url in
            WithdrawalOutbox(
                store: store.sessions,
                client: BatManClient(
                    .init(url: url, authorization: "Bearer abc", signingSecret: nil), http: HTTPClient(), now: now),
                logger: logger, now: now)
        }
        return ErasureSweep(
            root: scratch.path, store: store.sessions, withdrawals: withdrawals, logger: logger, now: now)
    }

    private func write(_ names: String...) throws {
        for name in names {
            let url = URL(filePath: "\(scratch.path)/\(name)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data("marker".utf8).write(to: url)
        }
    }

    @Test func `the folder of an erased session goes with report, zip and sound, and nobody else's`() async throws {
        let id = try await store.scored().sessionId
        let other = try await store.scored().sessionId
        try write(
            "\(id)/session.json", "\(id)/report.pdf", "\(id)/\(id).zip", "\(id)/call.wav", "\(id)/call.sound",
            "\(id)/.report.pdf.12-3.tmp", "\(other)/session.json", "unrelated.txt")
        #expect(await sweep().sweep(all: true).files == 0, "nothing is erased yet")
        _ = try await store.sessions.erase(id, person: nil)
        #expect(await sweep().sweep(all: false).files == 6)
        #expect(scratch.files == ["\(other)/session.json", "unrelated.txt"])
        // A process that was down, or a restored backup, long after.
        store.time.advance(86_400 * 400)
        try write("\(id)/session.json")
        #expect(await sweep().sweep(all: false).files == 0)
        #expect(await sweep().sweep(all: true).files == 1)
        #expect(scratch.files == ["\(other)/session.json", "unrelated.txt"])
        #expect(!FileManager.default.fileExists(atPath: "\(scratch.path)/\(id)"))
    }

    @Test func `a link in the place of a session's folder is not followed`() async throws {
        let id = try await store.scored().sessionId
        try write("elsewhere/kept.txt")
        try FileManager.default.createSymbolicLink(
            atPath: "\(scratch.path)/\(id)", withDestinationPath: "\(scratch.path)/elsewhere")
        _ = try await store.sessions.erase(id, person: nil)
        #expect(await sweep().sweep(all: true).failed == 2, "by its folder, and as a recent erasure")
        #expect(scratch.files.contains("elsewhere/kept.txt"))
    }

    @Test func `BatMan is told once it can be, and then forgotten`() async throws {
        let id = try await store.scored().sessionId
        try await store.sessions.putExport(ExportRecord(exportId: "11-22", status: .sent, attempts: 1), of: id)
        _ = try await store.sessions.erase(id, person: nil)
        let isDown = ManualTime(store.time.now)
        let server = try ScriptedHTTPServer { request in
            // BatMan has never seen the second one.
            isDown.now == SampleSession.start ? .answer(status: 503) : .answer(status: 404)
        }
        defer { server.stop() }
        let sweep = sweep(batMan: server.url + "/sessions?tenant=1")
        await sweep.sweep(all: false)
        #expect(server.requests.map(\.target) == ["/sessions/11-22?tenant=1"])
        #expect(server.requests.first?.method == "DELETE")
        #expect(server.requests.first?.headers["authorization"] == "Bearer abc")
        let waiting = try #require(try await store.sessions.tombstone(of: id)?.withdrawals.first)
        #expect(waiting.attempts == 1 && waiting.lastError?.hasPrefix("http_503") == true)
        await sweep.sweep(all: false)
        #expect(server.requests.count == 1, "not before its time")
        isDown.advance(1)
        store.time.advance(3_601)
        await sweep.sweep(all: false)
        #expect(server.requests.count == 2)
        #expect(try await store.sessions.tombstone(of: id)?.withdrawals == [])
    }

    @Test func `everything about a trainee is one zip, which goes after a while and with every erasure`() async throws {
        let ids = [try await store.scored().sessionId, try await store.scored(.private).sessionId]
        let archive = TraineeArchive(root: scratch.path, sessions: store.sessions)
        let file = try await archive.zip(of: SampleSession.new().traineeId)
        #expect(file.path.hasPrefix(".trainees/") && file.size > 500)
        let listing = String(
            decoding: try Tool.run("unzip", "-Z1", "\(scratch.path)/\(file.path)"), as: UTF8.self)
        let names = listing.split(separator: "\n").map(String.init)
        #expect(
            Set(names)
                == Set(ids.flatMap { id in ["session", "events", "transcript"].map { "\(id)/\($0).json" } }))
        TraineeArchive.removeOld(in: scratch.path, at: Date())
        #expect(scratch.files.count == 1)
        TraineeArchive.removeOld(in: scratch.path, at: Date() + 601)
        #expect(scratch.files.isEmpty)
        _ = try await archive.zip(of: SampleSession.new().traineeId)
        TraineeArchive.removeOld(in: scratch.path, at: Date(), kept: 0)
        #expect(scratch.files.isEmpty)
    }

    @Test func `over a year each session is erased when its days are over, and none before`() async throws {
        let retention = SessionRetention(days: 90, store: store.sessions, erasure: sweep(), logger: logger)
        var (ids, erasedAfter): ([SessionID], [SessionID: Int]) = ([], [:])
        for day in 0..<365 {
            if day % 30 == 0 { ids.append(try await store.scored(day % 60 == 0 ? .submitted : .private).sessionId) }
            if let id = ids.first { try write("\(id)/session.json") }
            _ = try await retention.eraseExpired(at: store.time.now)
            for (number, id) in ids.enumerated() where erasedAfter[id] == nil {
                if try await store.sessions.session(id) == nil { erasedAfter[id] = day - number * 30 }
            }
            store.time.advance(86_400)
        }
        // One that is 90 days old to the second is kept until the next look.
        #expect(erasedAfter.count == 10 && erasedAfter.values.allSatisfy { $0 == 91 })
        #expect(try await store.sessions.statistics(matching: SessionFilter(.counted)).totalSessions == 7)
        let kept = SessionRetention(days: nil, store: store.sessions, erasure: sweep(), logger: logger)
        #expect(try await kept.eraseExpired(at: store.time.now + 86_400 * 9_999) == 0)
    }
}
