import Domain
import Foundation
import Logging
import Storage

/// Reads what the server has stored: the database directly, the data files, the journal folder.
struct EvidenceReader: Sendable {
    let store: MongoSessionStore
    let data: URL
    let journals: URL

    init(database uri: String, data: URL, journals: URL) throws {
        var logger = Logger(label: "chaos")
        logger.logLevel = .error
        store = try MongoSessionStore(MongoConfiguration(uri: uri), logger: logger)
        self.data = data
        self.journals = journals
    }

    func evidence(of id: SessionID) async throws -> SessionEvidence {
        SessionEvidence(
            record: try await store.session(id), facts: try await store.facts(of: id), files: files(of: id),
            hasJournal: FileManager.default.fileExists(atPath: journals.appending(path: "\(id).journal").path))
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

    /// Names of the journals still in JOURNAL_DIR.
    var openJournals: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: journals.path)) ?? []).filter {
            $0.hasSuffix(".journal")
        }
        .sorted()
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
