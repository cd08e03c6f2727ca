import Domain
import Foundation
import TestSupport
import Testing

@testable import Storage

@Suite struct SessionDocumentTests {
    /// The example of the specification, with its "..." filled in, as another program would have written it.
    static let fromSpec: BSONDocument = [
        "_id": .objectID(ObjectID()), "sessionId": "BAT-001", "traineeId": "REP_55", "scenarioId": "fmc_resistant",
        "personaId": "fmc_smoker", "personaName": "Karel", "status": "ended", "outcome": "converted",
        "transcript": [
            ["startTime": .double(2.1), "endTime": .double(4.5), "speaker": "AVATAR", "text": "Hi"],
            ["startTime": 5, "endTime": .double(8.2), "speaker": "TRAINEE", "text": "Sure"],
        ],
        "events": [
            [
                "time": .double(5.2), "type": "VR_INTERACTION",
                "data": ["interactedObject": "GLO_Device", "action": "PICKUP"],
            ]
        ],
        "moodHistory": [2, 3, .double(5), 7], "finalAttitude": 7,
        "score": [
            "overall": 75, "categories": ["empathy": 80], "highlights": ["Good"], "improvements": [],
            "summary": "Solid.",
        ],
        "supervisorLogs": [["whatever": true], "text"], "endTrigger": "end_conversation:converted",
        "durationMs": 512_000,
        "client": "unity-vr", "metadata": [:], "exports": [["exportId": "uuid", "status": "sent", "sentAt": .date(1)]],
        "dataFilesWritten": true, "createdAt": .date(1_730_023_200_000), "updatedAt": .date(1_730_023_712_000),
    ]

    @Test func `a document with only the specified keys is read`() throws {
        let record = try SessionDocument.record(Self.fromSpec)
        #expect(record.sessionId.text == "BAT-001")
        #expect(record.transcript.map(\.utteranceId) == ["u1", "u2"])
        #expect(record.moodHistory == [2, 3, 5, 7])
        #expect(record.score?.overall == 75)
        #expect(record.score?.passed == true)
        #expect(record.exports.first?.sentAt == Date(timeIntervalSince1970: 0.001))
        #expect(record.phase == .filed)
        #expect(record.pipeline.scoring.state == .idle)
        #expect(record.persona.name == "Karel")
        #expect(record.tokenHash == nil)
        #expect(try SessionDocument.summary(Self.fromSpec) == SessionSummary(record))
    }

    @Test func `every key may be missing except those that make a session`() throws {
        let needed: Set<String> = ["sessionId", "traineeId", "status", "createdAt"]
        let full = try SessionDocument.new(
            SessionRecord(.sample(), id: #require(SessionID("BAT-001")), at: Date()), id: ObjectID())
        for document in [Self.fromSpec, full] {
            for element in document.elements {
                var less = document
                less[element.key] = nil
                let record = try? SessionDocument.record(less)
                #expect((record == nil) == needed.contains(element.key), "without \(element.key)")
            }
        }
    }

    @Test func `a document of random types is an error, not a crash`() async throws {
        let values: [BSONValue] = [
            .null, "x", 1, .double(.nan), [], [:], true, .date(.max), .int64(.min), [[:]], ["a"], .binary([]),
        ]
        for round in 0..<1000 {
            if round.isMultiple(of: 10) { await Task.yield() }
            var document = Self.fromSpec
            for _ in 0..<Int.random(in: 1...4) {
                guard let key = document.elements.randomElement()?.key else { continue }
                document[key] = values.randomElement()
            }
            _ = try? SessionDocument.record(document)
            _ = try? SessionDocument.summary(document)
        }
    }

    @Test func `the stored document has the specified keys and types`() async throws {
        let store = try MongoSessionStore(try await .forTests(), logger: .silent)
        let id = try await store.create(.sample()).record.sessionId
        let live = try #require(try await store.document(of: id))
        #expect(live["_id"]?.objectID != nil)
        #expect(live["createdAt"]?.date != nil)
        #expect(live["updatedAt"]?.date != nil)
        #expect(live["outcome"] == .null)
        #expect(live["status"] == "active")
        _ = try await store.end(id, with: .sample([.utterance(1, "Hi"), .event(2), .attitude(3, 5)]))
        _ = try await store.lease(.scoring, of: id, for: "s", until: Date() + 30, now: Date())
        _ = try await store.finishScoring(id, owner: "s", score: .sample(75), outcome: .converted)
        try await store.putExport(ExportRecord(exportId: "uuid", status: .sent, sentAt: Date()), of: id)
        let document = try #require(try await store.document(of: id))
        for element in Self.fromSpec.elements {
            #expect(document[element.key] != nil, "\(element.key) is missing")
        }
        #expect(document["exports"]?.array?.first?.document?["sentAt"]?.date != nil)
        #expect(document["durationMs"]?.integer == 512_000)
        #expect(document["score"]?.document?["overall"] == 75)
        #expect(document["endedAt"]?.date != nil)
        await store.close()
    }

    @Test func `a transcript larger than MongoDB's limit is shortened, so that its session ends`() async throws {
        let store = try MongoSessionStore(try await .forTests(), logger: .silent)
        let id = try await store.create(.sample()).record.sessionId
        let long = String(repeating: "long ", count: 100_000)
        let facts = (1...40).map { RecordedFact.utterance($0, $0 == 7 ? "Hi" : long) }
        let ended = try await store.end(id, with: .sample(facts))
        #expect(ended.status == .ended)
        #expect(ended.transcript.count == 40)
        #expect(ended.transcript.contains { $0.text == "Hi" })
        #expect(ended.transcript.contains { $0.text.hasSuffix("[…]") })
        #expect(try await store.session(id) == ended)
        await store.close()
    }

    @Test func `a session of many small parts ends without the oldest`() async throws {
        let store = try MongoSessionStore(try await .forTests(), logger: .silent)
        let id = try await store.create(.sample()).record.sessionId
        let ids = String(repeating: "i", count: 2_000)
        let facts = (1...9_000).map { RecordedFact.event($0, id: "\(ids)\($0)") }
        let ended = try await store.end(id, with: .sample(facts))
        #expect(ended.status == .ended)
        #expect(ended.events.last?.data == "Record_Shortened")
        #expect(ended.events.contains { $0.eventId == "\(ids)9000" })
        await store.close()
    }

    @Test func `a session larger than MongoDB's limit still ends, and all its facts are kept`() async throws {
        let store = try MongoSessionStore(try await .forTests(), logger: .silent)
        let id = try await store.create(.sample()).record.sessionId
        let large = JSONValue.string(String(repeating: "x", count: 900_000))
        let facts = [.utterance(1, "Hi")] + (2...21).map { RecordedFact.event($0, id: "e\($0)", data: large) }
        try await store.record(facts, of: id)
        let ended = try await store.end(id, with: .sample(facts))
        #expect(ended.events.count == 20)
        #expect(ended.events.contains { $0.data["omitted"] != nil })
        #expect(ended.events.contains { $0.data == large })
        #expect(try await store.session(id) == ended)
        #expect(try await store.facts(of: id).count == 21)
        await store.close()
    }
}
