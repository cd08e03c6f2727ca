import Domain
import Foundation
import HTTPTypes
import Logging
import Storage
import TestSupport
import Testing
import Wire

@testable import Conversation
@testable import RelayService

/// Calls whose relay stops or dies, through real sockets.
@Suite(.serialized) struct TakeoverTests {
    @Test func `a relay that is stopped leaves its calls to the next one and closes its gateway links`() async throws {
        let house = try RelayHouse()
        let gateways = SharedMutex<[ScriptedGateway]>([])
        let ids = SharedMutex<[SessionID]>([])
        try await house.run { path in
            let gateway = try await ScriptedGateway.connect(to: path)
            let id = try await house.newSession()
            try await gateway.attach(1, id)
            try await gateway.message(1, "ready")
            gateways.withLock { $0 = [gateway] }
            ids.withLock { $0 = [id] }
        }
        let gateway = try gateways.withLock { $0.first }.orThrow()
        #expect(gateway.messages(1, "going_away").count == 1)
        #expect(!gateway.isOpen)
        let id = try ids.withLock { $0.first }.orThrow()
        #expect(try await house.record(id).status == .active, "the next process goes on with it")
        #expect(try FileManager.default.contentsOfDirectory(atPath: house.journalFolder) == ["BAT-001.journal"])
    }

    @Test func `the session of a dead relay is taken over by the next one, where its client finds it and ends it`()
        async throws
    {
        let house = try RelayHouse()
        let ids = SharedMutex<[SessionID]>([])
        try await house.run { path in
            let gateway = try await ScriptedGateway.connect(to: path)
            let left = try await house.newSession()
            try await gateway.attach(1, left)
            try await gateway.message(1, "ready")
            try gateway.send(1, #"{"type":"event","eventId":"e1","data":{"type":"TABLET_CHOICE","data":{}}}"#)
            try await gateway.message(1, "ack")
            ids.withLock { $0 = [left] }
        }
        let id = try ids.withLock { $0.first }.orThrow()
        // A journal whose session has ended, and one whose session was erased.
        let ended = try await house.newSession()
        _ = try await house.store.end(
            ended, with: EndRecord(endTrigger: "x", outcome: .rejected, endedAt: Date(), durationMs: 1, facts: []))
        for name in ["\(ended)", "BAT-404"] {
            try Data("BATJRNL1".utf8).write(to: URL(filePath: "\(house.journalFolder)/\(name).journal"))
        }
        try await house.run { path in
            try await eventually("journals of what is over are gone") {
                try FileManager.default.contentsOfDirectory(atPath: house.journalFolder) == ["\(id).journal"]
            }
            try await eventually("the session is looked after") {
                try await house.record(id).phase == .suspended && house.openAI.count == 1
            }
            let gateway = try await ScriptedGateway.connect(to: path)
            try gateway.tell(.rejoin(.init(s: 5, sessionId: id, requestId: "r"), tokenHash: "y"))
            try await gateway.told("wrong token") { $0 == .refused(s: 5, refusal: .notHere) }
            try await gateway.attach(7, id)
            let ready = try await gateway.message(7, "ready")
            #expect(ready["seq"] == 1)
            try gateway.send(7, #"{"type":"resume","lastSeq":0}"#)
            try await gateway.message(7, "resumed")
            try gateway.send(7, #"{"type":"event","eventId":"e1","data":{"type":"TABLET_CHOICE","data":{}}}"#)
            try await gateway.message(7, "ack")
            try gateway.send(7, #"{"type":"end_session"}"#)
            try await gateway.message(7, "score")
            #expect(try await house.record(id).events.filter { $0.eventId == "e1" }.count == 1)
        }
    }

    @Test func `a relay that dies before a session's first fact leaves its phase unchanged`() async throws {
        let house = try RelayHouse()
        let (begun, untouched) = (try await house.newSession(), try await house.newSession())
        let minuteAgo = Date() - 60
        _ = try await house.store.claim(
            begun, relay: "dead", phase: .connecting, startedAt: minuteAgo, realtimeModel: "gpt-realtime-2.1")
        let journal = try Journal(directory: house.journalFolder, logger: Logger(label: "test"))
        for id in [begun, untouched] { _ = try await journal.open(id) }
        await journal.close()
        try await house.run { path in
            try await eventually("one is taken over, the other let go of") {
                try FileManager.default.contentsOfDirectory(atPath: house.journalFolder) == ["\(begun).journal"]
            }
            try await eventually("taken over") { try await house.record(begun).relay == "r1" }
            #expect(try await house.record(untouched).phase == .waiting)
            let gateway = try await ScriptedGateway.connect(to: path)
            try await gateway.attach(1, begun)
            let time = try await gateway.message(1, "ready")["sessionTime"]?.number ?? 0
            #expect((60..<90).contains(time), "its clock has run since it began: \(time)")
            try await gateway.attach(2, untouched)
            #expect(try await gateway.message(2, "ready")["sessionTime"]?.number ?? 60 < 30)
        }
    }

    @Test func `facts that a full disk kept out of the journal come from the store when the session is taken over`()
        async throws
    {
        let house = try RelayHouse()
        let id = try await house.newSession()
        // The journal ends where the disk was full; the store had more by then.
        _ = try await house.store.claim(
            id, relay: "dead", phase: .talking, startedAt: Date(), realtimeModel: "gpt-realtime-2.1")
        let facts = (1...4).map { seq in
            RecordedFact(
                seq: seq, time: 0,
                content: .event(SessionEvent(eventId: "e\(seq)", time: 0, type: .tabletChoice, data: [:])))
        }
        try await house.store.record(facts, of: id)
        let journal = try Journal(directory: house.journalFolder, logger: Logger(label: "test"))
        let half = try await journal.open(id)
        try await half.append(Array(facts.prefix(2)))
        await journal.close()
        try await house.run { path in
            let gateway = try await ScriptedGateway.connect(to: path)
            try await eventually("taken over") { try await house.record(id).relay == "r1" }
            try await gateway.attach(1, id)
            try await gateway.message(1, "ready")
            try gateway.send(1, #"{"type":"event","eventId":"e4","data":{"type":"TABLET_CHOICE","data":{}}}"#)
            try gateway.send(1, #"{"type":"event","eventId":"e5","data":{"type":"TABLET_CHOICE","data":{}}}"#)
            try await eventually("both acknowledged") {
                gateway.messages(1, "ack").description.contains("e5")
            }
            try gateway.send(1, #"{"type":"end_session"}"#)
            try await gateway.message(1, "score")
            #expect(try await house.record(id).events.compactMap(\.eventId) == ["e1", "e2", "e3", "e4", "e5"])
        }
    }
}
