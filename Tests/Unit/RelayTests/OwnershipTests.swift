import Domain
import Foundation
import Logging
import Storage
import TestSupport
import Testing
import Wire

@testable import Conversation
@testable import RelayService

/// Sessions that another cell runs, or takes over.
@Suite(.serialized) struct OwnershipTests {
    private static let event = #"{"type":"event","eventId":"e1","data":{"type":"TABLET_CHOICE","data":{}}}"#

    private func claim(_ id: SessionID, as cell: String, in store: MemorySessionStore) async throws {
        _ = try await store.claim(
            id, as: Claimant(cell: cell, relay: "x") { _ in true }, phase: .suspended, startedAt: Date(),
            realtimeModel: "m")
    }

    @Test func `a session of another cell is refused, and no journal is left of the attempt`() async throws {
        let house = try RelayHouse()
        try await house.run { path in
            let id = try await house.newSession()
            try await claim(id, as: "other", in: house.store)
            let gateway = try await ScriptedGateway.connect(to: path)
            try gateway.tell(.attach(.init(s: 1, sessionId: id, requestId: "r")))
            try await gateway.told("refused") { $0 == .refused(s: 1, refusal: .otherCell) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: house.journalFolder).isEmpty)
            #expect(try await house.record(id).owner == Ownership(cell: "other", epoch: 1))
        }
    }

    @Test func `a relay whose session is taken over sends its client away and tells it nothing more`() async throws {
        let house = try RelayHouse()
        try await house.run { path in
            let (id, gateway, _) = try await house.call(at: path)
            try await eventually("stored") { try await house.store.facts(of: id).count > 0 }
            try await claim(id, as: "other", in: house.store)
            let known = try await house.store.facts(of: id)
            try gateway.send(1, Self.event)
            try await gateway.told("sent away") {
                if case .close(s: 1, code: .replaced, reason: "taken_over") = $0 { true } else { false }
            }
            #expect(try await house.store.facts(of: id) == known, "nothing of the old owner is stored")
            try await eventually("supervision is over") {
                house.supervisor.told.contains { if case .close(id) = $0 { true } else { false } }
            }
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: house.journalFolder) == ["\(id).journal"],
                "what only it has is kept")
            var seat = 1
            try await eventually("the client learns where the session is not") {
                seat += 1
                try gateway.tell(.attach(.init(s: seat, sessionId: id, requestId: "r")))
                return gateway.told.contains {
                    if case .refused(_, .otherCell) = $0 { true } else { false }
                }
            }
            #expect(gateway.messages(1, "session_ended").isEmpty)
        }
    }

    @Test func `events that only the journal of a lost epoch has are added once the session has ended`() async throws {
        let house = try RelayHouse()
        try await house.run { path in
            let (id, gateway, _) = try await house.call(at: path)
            try await eventually("stored") { try await house.store.facts(of: id).count > 0 }
            try await claim(id, as: "other", in: house.store)
            let stored = try await house.store.facts(of: id)
            let next = (stored.last?.seq ?? 0) + 1
            let own = RecordedFact(
                seq: next, time: 5,
                content: .utterance(
                    Utterance(utteranceId: "u1", startTime: 4, endTime: 5, speaker: .trainee, text: "Hello again")))
            try await house.store.record([own], of: id, by: 2)
            _ = try await house.store.end(
                id,
                with: EndRecord(
                    endTrigger: "end_session", outcome: .rejected, endedAt: Date(), durationMs: 6_000,
                    facts: stored + [own]), by: 2)
            // The relay has not noticed, and acknowledges what is on its disk.
            try gateway.send(1, Self.event)
            try await gateway.message(1, "ack")
            try await eventually("the journal is settled", within: .seconds(30)) {
                try FileManager.default.contentsOfDirectory(atPath: house.journalFolder).isEmpty
            }
            let record = try await house.record(id)
            #expect(record.events.filter { $0.eventId == "e1" }.count == 1)
            #expect(record.transcript.map(\.text) == ["Hello again"])
        }
    }

    @Test func `an event is acknowledged once the database has it, if the operator wants that`() async throws {
        let house = try RelayHouse()
        try await house.run(["ACK_AFTER": "database"]) { path in
            let (id, gateway, _) = try await house.call(at: path)
            await house.store.setOutage(true)
            try gateway.send(1, Self.event)
            try await Task.sleep(for: .milliseconds(300))
            #expect(gateway.messages(1, "ack").isEmpty)
            await house.store.setOutage(false)
            try await gateway.message(1, "ack")
            #expect(try await house.store.facts(of: id).contains { $0.eventId == "e1" })
            // What is still on its way at the end waits for the end.
            try gateway.send(1, Self.event.replacing("e1", with: "e2"))
            try gateway.send(1, #"{"type":"end_session"}"#)
            try await eventually("both are acknowledged") {
                gateway.messages(1, "ack").description.contains("e2")
            }
        }
    }

    @Test func `the end is told once the database has it, if acknowledgements wait for the database`() async throws {
        let house = try RelayHouse()
        try await house.run(["ACK_AFTER": "database"]) { path in
            let (id, gateway, _) = try await house.call(at: path)
            await house.store.setOutage(true)
            try gateway.send(1, #"{"type":"end_session"}"#)
            try await eventually("the call is over") {
                house.supervisor.told.contains { if case .close(id) = $0 { true } else { false } }
            }
            try await Task.sleep(for: .milliseconds(300))
            #expect(gateway.messages(1, "session_ended").isEmpty, "another cell may still take it over")
            try gateway.send(1, #"{"type":"ping","t":7}"#)
            try await gateway.message(1, "pong")
            try await gateway.attach(2, id)
            try gateway.send(2, #"{"type":"resume","lastSeq":0}"#)
            try await gateway.message(2, "ready")
            #expect(gateway.messages(2, "session_ended").isEmpty, "nor is a client told that comes now")
            await house.store.setOutage(false)
            try await gateway.message(2, "session_ended")
            #expect(try await house.record(id).status == .ended)
        }
    }

    @Test func `an end that another owner has reached is not told`() async throws {
        let house = try RelayHouse()
        try await house.run(["ACK_AFTER": "database"]) { path in
            let (id, gateway, _) = try await house.call(at: path)
            try await claim(id, as: "other", in: house.store)
            try gateway.send(1, #"{"type":"end_session"}"#)
            try await gateway.told("sent away") {
                if case .close(s: 1, code: .replaced, reason: "taken_over") = $0 { true } else { false }
            }
            #expect(gateway.messages(1, "session_ended").isEmpty)
        }
    }

    @Test func `a relay that was cut off learns whose its sessions are, even of those in which nothing happens`()
        async throws
    {
        let house = try RelayHouse()
        try await house.run { path in
            let (id, gateway, _) = try await house.call(at: path)
            try await eventually("stored") { try await house.store.facts(of: id).count > 0 }
            try await claim(id, as: "other", in: house.store)
            house.pulse.withLock { $0?.returnAgain() }
            try await gateway.told("sent away") {
                if case .close(s: 1, code: .replaced, reason: "taken_over") = $0 { true } else { false }
            }
        }
    }

    @Test func `a relay that stops says so to other cells`() async throws {
        let house = try RelayHouse()
        try await house.run { _ in
            try await eventually("it tells that it lives") { try await house.store.cellMembers().count == 1 }
        }
        #expect(try await house.store.cellMembers().isEmpty)
    }

    @Test func `no event is acknowledged that another owner has not read`() async throws {
        let house = try RelayHouse()
        try await house.run(["ACK_AFTER": "database"]) { path in
            let (id, gateway, _) = try await house.call(at: path)
            try await claim(id, as: "other", in: house.store)
            try gateway.send(1, Self.event)
            try await gateway.told("sent away") {
                if case .close(s: 1, code: .replaced, reason: "taken_over") = $0 { true } else { false }
            }
            #expect(gateway.messages(1, "ack").isEmpty)
        }
    }

    @Test func `facts part where a later epoch begins`() {
        func fact(_ seq: Int, _ time: Double, _ id: String = "u1") -> RecordedFact {
            RecordedFact(
                seq: seq, time: time,
                content: .utterance(
                    Utterance(utteranceId: id, startTime: 0, endTime: 1, speaker: .trainee, text: "x")))
        }
        let journal = [fact(1, 1), fact(2, 2), fact(3, 3)]
        let taken = [fact(1, 1), fact(2, 2), fact(3, 9)]
        #expect(JournalMatch.isForked(journal, taken, [1: 1, 2: 1, 3: 2]))
        #expect(!JournalMatch.isForked(journal, taken, [1: 1, 2: 1, 3: 1]), "one owner does not record twice")
        #expect(!JournalMatch.isForked(journal, [fact(1, 7), fact(2, 8)], [1: 2, 2: 2]), "another session")
        #expect(!JournalMatch.isForked(journal, [], [:]))
    }

    @Test func `a cell's name is made once and kept`() throws {
        let folder = try TestFolders.temporary("bat-cell").path
        let name = try CellFile.name(in: folder)
        #expect(CellName.isValid(name))
        #expect(try CellFile.name(in: folder) == name)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["cell"])
        try Data("Not a name".utf8).write(to: URL(filePath: "\(folder)/cell"))
        #expect(throws: (any Error).self) { try CellFile.name(in: folder) }
    }
}
