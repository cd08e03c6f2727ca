import Domain
import Foundation
import Testing

@testable import ReportsService

@Suite struct BatManRecordTests {
    @Test func `the record names its schema and holds the whole session`() throws {
        let record = BatManRecord(SampleSession.record())
        let object = try #require(try JSONSerialization.jsonObject(with: Data(record.body)) as? [String: Any])
        #expect(object["schema"] as? String == "bat-vr-trainer.session")
        #expect(object["schemaVersion"] as? Int == 1)
        #expect(object["exportId"] as? String == record.exportId)
        let session = try #require(object["session"] as? [String: Any])
        #expect(
            session["sessionId"] as? String == "BAT-001"
                && session["endTrigger"] as? String == "end_conversation:converted")
        let score = try #require(object["score"] as? [String: Any])
        #expect(score["overall"] as? Int == 75 && score["passed"] as? Bool == true)
        let categories = try #require(score["categories"] as? [[String: Any]])
        #expect(
            categories.map { $0["id"] as? String } == ["empathy", "argumentQuality", "persistence", "adaptability"])
        #expect((object["transcript"] as? [[String: Any]])?.first?["utteranceId"] as? String == "u1")
        #expect((object["events"] as? [Any])?.count == 8)
    }

    @Test func `the same content gives the same export id, and other content another`() {
        var record = SampleSession.record()
        let first = BatManRecord(record)
        record.updatedAt += 100
        record.exports = [ExportRecord(exportId: "x", status: .failed)]
        record.dataFilesWritten.toggle()
        record.phase = .filed
        #expect(BatManRecord(record) == first)
        record.events.removeLast()
        #expect(BatManRecord(record).exportId != first.exportId)
    }

    @Test func `the export id is a UUID of version 8`() throws {
        let id = BatManRecord(SampleSession.record()).exportId
        let uuid = try #require(UUID(uuidString: id)).uuid
        #expect(uuid.6 >> 4 == 8 && uuid.8 >> 6 == 2)
        #expect(id == id.lowercased())
    }
}
