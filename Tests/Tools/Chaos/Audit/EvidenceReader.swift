import Domain
import Foundation
import Logging
import Storage

/// Reads what the server has stored: the database directly, the data files, the journal folder.
struct EvidenceReader: Sendable {
    let store: MongoSessionStore
    let data: URL
    /// The JOURNAL_DIR of each cell.
    let journals: [URL]

    init(database uri: String, data: URL, journals: [URL]) throws {
        var logger = Logger(label: "chaos")
        logger.logLevel = .error
        store = try MongoSessionStore(MongoConfiguration(uri: uri), logger: logger)
        self.data = data
        self.journals = journals
    }

    func evidence(of id: SessionID) async throws -> SessionEvidence {
        SessionEvidence(
            record: try await store.session(id), facts: try await store.facts(of: id), files: files(of: id),
            hasJournal: openJournals.contains("\(id).journal"))
    }

    /// Reads the calls of a run one after the other, each with what the installation has of its session.
    ///
    /// - Parameter folder: the run's.
    func readCalls(in folder: URL, _ read: (CallJournal, SessionEvidence) -> Void) async throws {
        let calls = folder.appending(path: "calls")
        for file in try FileManager.default.contentsOfDirectory(atPath: calls.path).sorted() {
            let call = CallJournal(
                name: String(file.dropLast(6)), jsonl: try Data(contentsOf: calls.appending(path: file)))
            var evidence = SessionEvidence(record: nil, facts: [], files: nil, hasJournal: false)
            if let session = call.session { evidence = try await self.evidence(of: session) }
            read(call, evidence)
        }
    }

    /// Summaries of all sessions.
    func sessions() async throws -> [SessionSummary] {
        var all: [SessionSummary] = []
        var cursor: String?
        repeat {
            let page = try await store.sessions(matching: SessionFilter(.all), limit: 200, after: cursor)
            all += page.items
            cursor = page.nextCursor
        } while cursor != nil
        return all
    }

    /// How many of the stored sessions each cell had last.
    func owners() async throws -> [String: Int] {
        let ids = try await sessions().map(\.sessionId)
        let owners = try await store.owners(of: ids).values
        return Dictionary(owners.map { ($0.cell, 1) }, uniquingKeysWith: +)
    }

    /// Names of the journals that are still there.
    var openJournals: [String] {
        journals.flatMap { (try? FileManager.default.contentsOfDirectory(atPath: $0.path)) ?? [] }
            .filter { $0.hasSuffix(".journal") }.sorted()
    }

    func close() async { await store.close() }

    private func files(of id: SessionID) -> SessionEvidence.Files? {
        let folder = data.appending(path: id.text)
        guard let session = try? Data(contentsOf: folder.appending(path: "session.json")),
            let events = try? Data(contentsOf: folder.appending(path: "events.json")),
            let transcript = try? Data(contentsOf: folder.appending(path: "transcript.json")),
            let summary = try? JSONDecoder().decode(JSONValue.self, from: session),
            let eventLines = Self.lines(events), let transcriptLines = Self.lines(transcript)
        else { return nil }
        return SessionEvidence.Files(session: summary, events: eventLines, transcript: transcriptLines)
    }

    private static func lines(_ file: Data) -> [JSONValue]? {
        try? file.split(separator: UInt8(ascii: "\n")).map { try JSONDecoder().decode(JSONValue.self, from: $0) }
    }
}
