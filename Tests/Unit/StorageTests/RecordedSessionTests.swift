import Domain
import Foundation
import TestSupport
import Testing

@testable import Storage

/// What an earlier version wrote is read, and what this version writes the earlier one can read: the same JSON and the
/// same BSON.
@Suite struct RecordedSessionTests {
    private let id = SessionID("BAT-001")

    private func recordedFacts() async throws -> [RecordedFact] {
        let journal = try Journal(directory: try RecordedSession.journal(), logger: .silent)
        return try await journal.open(try #require(id)).recovered
    }

    private func documents(_ bytes: [UInt8]) throws -> [BSONDocument] {
        var found: [BSONDocument] = []
        var offset = 0
        while offset + 4 <= bytes.count {
            let length = bytes[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
            found.append(try BSONReader.document(Array(bytes[offset..<offset + length])))
            offset += length
        }
        return found
    }

    @Test func `every record of the journal is read, and written as the same JSON`() async throws {
        let bytes = try RecordedSession.bytes("BAT-001.journal")
        let contents = JournalFormat.read(bytes)
        #expect(contents.unreadable == 0)
        #expect(contents.validLength == bytes.count)
        #expect(contents.facts.map(\.seq) == Array(1...contents.facts.count))
        #expect(try await recordedFacts() == contents.facts)
        var offset = JournalFormat.magic.count
        for fact in contents.facts {
            let length = bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
            let payload = Data(bytes[offset + 8..<offset + 8 + length])
            let written = Data(try JournalFormat.record(fact).dropFirst(8))
            let decoder = JSONDecoder()
            #expect(
                try decoder.decode(JSONValue.self, from: written) == decoder.decode(JSONValue.self, from: payload),
                "fact \(fact.seq)")
            offset += 8 + length
        }
        #expect(offset == bytes.count)
    }

    @Test func `the facts in the database are those of the journal, and are written as the same documents`()
        async throws
    {
        let journaled = Dictionary(uniqueKeysWithValues: try await recordedFacts().map { ($0.seq, $0) })
        let stored = try documents(try RecordedSession.bytes("facts.bson"))
        #expect(stored.count > 20)
        for document in stored {
            let fact = try #require(FactDocument.fact(document))
            #expect(fact == journaled[fact.seq])
            var written = try FactDocument.new(fact, of: try #require(id))
            written["_id"] = document["_id"]
            #expect(Set(written.elements) == Set(document.elements), "fact \(fact.seq)")
        }
    }

    @Test func `the session's document is read, and written with the same values`() async throws {
        let document = try BSONReader.document(try RecordedSession.bytes("session.bson"))
        let record = try SessionDocument.record(document)
        #expect(record.sessionId == id)
        #expect(record.phase == .talking)
        let written = try SessionDocument.fields(of: record)
        for element in document.elements where !["_id", SessionDocument.revision].contains(element.key) {
            #expect(written[element.key] == element.value, "\(element.key)")
        }
    }
}
