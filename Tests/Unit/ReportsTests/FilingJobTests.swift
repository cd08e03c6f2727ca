import Domain
import Foundation
import Logging
import Storage
import TestSupport
import Testing

@testable import ReportsService

@Suite struct FilingJobTests {
    private let scratch: ScratchFolder
    private let store = SampleStore()

    init() throws { scratch = try ScratchFolder() }

    private func job(owner: String = "a", root: String? = nil) throws -> FilingJob {
        let archive = SessionArchive(
            root: root ?? scratch.path, typeface: try Typeface(folder: TypefaceTests.folder),
            pool: RenderingPool(threads: 1, limit: 8))
        return FilingJob(
            sessions: store.sessions, archive: archive, owner: owner, logger: Logger(label: "test"),
            now: { [time = store.time] in time.now })
    }

    @Test func `a scored session is filed once`() async throws {
        let id = try await store.scored().sessionId
        #expect(try await job().run(id) == .filed(id))
        let record = try await store.record(id)
        #expect(record.dataFilesWritten && record.phase == .filed && record.pipeline.files.state == .done)
        #expect(scratch.files.count == 3)
        #expect(try await job().run(id) == .nothingDue)
        #expect(try await job().run() == .nothingDue)
    }

    @Test func `the sweep finds a session without a request`() async throws {
        let id = try await store.scored().sessionId
        #expect(try await job().run() == .filed(id))
    }

    @Test func `a session that is not scored yet is not filed`() async throws {
        let id = try await store.ended().sessionId
        #expect(try await job().run(id) == .nothingDue)
        #expect(scratch.files.isEmpty)
    }

    @Test func `a session whose scoring was given up is filed without a score`() async throws {
        let id = try await store.ended().sessionId
        _ = try await store.sessions.lease(.scoring, of: id, for: "s", until: store.time.now + 60, now: store.time.now)
        try await store.sessions.failJob(.scoring, of: id, owner: "s", error: "model_timeout", retryAt: nil)
        #expect(try await job().run(id) == .filed(id))
        let session = try scratch.read("BAT-001/session.json")
        #expect(session.contains("\"score\": null") && session.contains("\"scoreError\": \"model_timeout\""))
    }

    @Test func `an expired lease passes to another process`() async throws {
        let id = try await store.scored().sessionId
        _ = try await store.sessions.lease(.files, of: id, for: "dead", until: store.time.now + 60, now: store.time.now)
        #expect(try await job().run(id) == .nothingDue)
        store.time.advance(61)
        #expect(try await job().run(id) == .filed(id))
    }

    @Test func `a failing disk is retried later, then given up, and the reason is kept`() async throws {
        let id = try await store.scored().sessionId
        let blocked = scratch.path + "/file"
        try Data().write(to: URL(fileURLWithPath: blocked))
        let job = try job(root: blocked)
        for attempt in 1...8 {
            guard case .failed(id, let reason) = try await job.run(id) else {
                Issue.record("attempt \(attempt) was not made")
                return
            }
            #expect(reason.contains("DATA_DIR"))
            #expect(try await job.run(id) == .nothingDue)
            store.time.advance(301)
        }
        let files = try await store.record(id).pipeline.files
        #expect(files.state == .failed && files.attempts == 8 && files.lastError?.contains("DATA_DIR") == true)
    }

    @Test func `the delay grows to a limit and then ends, but a full disk is retried indefinitely`() {
        let delays = (1...8).map { FilingJob.delay(afterAttempt: $0, isShortOfSpace: false) }
        #expect(delays == [5, 10, 20, 40, 80, 160, 300, nil])
        #expect(FilingJob.delay(afterAttempt: 1, isShortOfSpace: true) == 5)
        #expect(FilingJob.delay(afterAttempt: 100_000, isShortOfSpace: true) == 60)
    }

    @Test func `events that arrive after the files were written are added to them`() async throws {
        let id = try await store.scored().sessionId
        #expect(try await job().run(id) == .filed(id))
        let late = SessionEvent(eventId: "late", time: 300, type: .vrInteraction, data: ["action": "LATE"])
        #expect(try await store.sessions.addLateEvents([late], to: id).isRejudging)
        // Filed with the new score, not before.
        #expect(try await job().run() == .nothingDue)
        try await store.scoreAgain(id)
        #expect(try await job().run() == .filed(id))
        #expect(try scratch.read("BAT-001/events.json").contains("LATE"))
    }

    @Test func `a database outage is an error and loses nothing`() async throws {
        let id = try await store.scored().sessionId
        await store.sessions.setOutage(true)
        await #expect(throws: StorageError.self) { try await job().run(id) }
        await store.sessions.setOutage(false)
        #expect(try await job().run(id) == .filed(id))
    }
}
