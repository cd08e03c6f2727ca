import Domain
import Foundation
import Logging
import Storage
import TestSupport
import Testing
import Wire

@testable import Conversation
@testable import RelayService

/// Sessions that are erased while they go on, and what comes back of them.
@Suite(.serialized) struct ErasureTests {
    private func files(_ house: RelayHouse) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: house.journalFolder)
    }

    @Test func `a call whose session is erased ends at once, and nothing of it is left`() async throws {
        let house = try RelayHouse()
        try await house.run { path in
            let (id, gateway, _) = try await house.call(at: path)
            #expect(try files(house) == ["\(id).journal"])
            _ = try await house.store.erase(id, person: nil)
            // Nothing happens in the session: it is found all the same.
            try await gateway.told("sent away") {
                if case .close(s: 1, code: .sessionNotFound, reason: "erased") = $0 { true } else { false }
            }
            try await gateway.message(1, "error")
            #expect(gateway.messages(1, "error").description.contains("session_erased"))
            try await eventually("the journal is gone") { try files(house).isEmpty }
            try await eventually("supervision is over") {
                house.supervisor.told.contains { if case .close(id) = $0 { true } else { false } }
            }
            #expect(gateway.messages(1, "session_ended").isEmpty)
            try gateway.tell(.attach(.init(s: 2, sessionId: id, requestId: "r")))
            try await gateway.told("refused") { $0 == .refused(s: 2, refusal: .notFound) }
            try await eventually("no journal is left of the attempt") { try files(house).isEmpty }
        }
    }

    @Test func `an end that comes after the erasure is not stored`() async throws {
        let house = try RelayHouse()
        try await house.run { path in
            let (id, gateway, _) = try await house.call(at: path)
            _ = try await house.store.erase(id, person: nil)
            try gateway.send(1, #"{"type":"end_session"}"#)
            try await eventually("the journal is gone", within: .seconds(20)) { try files(house).isEmpty }
            #expect(try await house.store.session(id) == nil)
        }
    }

    @Test func `journals and orphans of erased sessions that come back are deleted, and those of others stay`()
        async throws
    {
        let house = try RelayHouse()
        let journal = SharedMutex(Data())
        let ids = SharedMutex<[SessionID]>([])
        try await house.run { path in
            let (id, gateway, _) = try await house.call(at: path)
            try gateway.send(1, #"{"type":"event","eventId":"e1","data":{"type":"TABLET_CHOICE","data":{}}}"#)
            try await gateway.message(1, "ack")
            let copy = try Data(contentsOf: URL(filePath: "\(house.journalFolder)/\(id).journal"))
            journal.withLock { $0 = copy }
            ids.withLock { $0 = [id] }
        }
        let id = try ids.withLock { $0.first }.orThrow()
        _ = try await house.store.erase(id, person: nil)
        // As a relay finds it that was down meanwhile, and with what earlier troubles have left.
        let copy = journal.withLock { $0 }
        for name in [
            "\(id).journal", "\(id).orphan", "\(id).2.orphan", "\(id).refused", "\(id).damaged", "BAT-404.orphan",
        ] {
            try copy.write(to: URL(filePath: "\(house.journalFolder)/\(name)"))
        }
        try await house.run { _ in
            try await eventually("what was erased is gone", within: .seconds(20)) {
                try files(house) == ["BAT-404.orphan"]
            }
            // Put back from a backup while the relay runs.
            try copy.write(to: URL(filePath: "\(house.journalFolder)/\(id).journal"))
            try await eventually("it is gone again", within: .seconds(20)) {
                try files(house) == ["BAT-404.orphan"]
            }
            #expect(try await house.store.session(id) == nil)
            #expect(try await house.store.facts(of: id).isEmpty)
        }
    }

    @Test func `the sound of an erased call goes, also what waits for the disk`() async throws {
        let folder = try TestFolders.temporary()
        let id = try #require(SessionID("BAT-001"))
        let disk = SoundDisk(dataDirectory: folder.path, logger: Logger(label: "test"))
        let recorder = CallRecorder(disk.file(of: id))
        let base64 = Array(Data(repeating: 5, count: 96_000).base64EncodedString().utf8)
        func speak(_ seconds: ClosedRange<Int>) {
            for second in seconds {
                base64.withUnsafeBytes { recorder.traineeSpoke($0, at: SessionTime(milliseconds: second * 1_000)) }
            }
        }
        speak(1...20)
        await disk.drain()
        let path = folder.appending(path: "BAT-001")
        #expect(FileManager.default.fileExists(atPath: path.appending(path: "call.sound").path))
        try Data("x".utf8).write(to: path.appending(path: "session.json"))
        speak(21...22)
        recorder.discard()
        speak(23...40)
        recorder.finish()
        await disk.drain()
        #expect(!FileManager.default.fileExists(atPath: path.path))
    }
}
