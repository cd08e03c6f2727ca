import Domain
import Foundation
import Logging
import Recording
import TestSupport
import Testing

@testable import Conversation
@testable import RelayService

/// The sound of a call: what the conversation says about it, and what reaches the disk.
@Suite struct CallRecorderTests {
    private static func recorded() -> Rig { Rig.talking { $0.isRecorded = true } }

    @Test func `of a recorded call it is known when each item was heard, and how much of it`() {
        var rig = Self.recorded()
        rig.answer("Good day to you.", item: "a1", length: 1_000)
        rig.fire(.playback, after: 1_001)
        #expect(rig.history.filter { $0.hasPrefix("heard") } == ["heard a1 1000 1000"])
        rig.answer("I smoke twenty a day.", item: "a2", response: "r2", length: 2_000, after: 500)
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: nil), after: 700)
        #expect(rig.history.filter { $0.hasPrefix("heard") } == ["heard a1 1000 1000", "heard a2 2501 700"])
    }

    @Test func `after an absence in the middle of an item it is known when the rest was heard`() {
        var rig = Self.recorded()
        rig.answer("one two three four", item: "a1", length: 10_000)
        rig.fire(.playback, after: 1)
        rig.step(.detached, after: 3_999)
        rig.step(.attached, after: 10_000)
        rig.step(.message(.resume(lastSeq: 1, played: .init(itemId: "a1", offsetMs: 4_000))))
        #expect(rig.did.contains("resumed a1 4000 15000"))
        var interrupted = rig
        rig.fire(.playback, after: 6_000)
        #expect(rig.did.contains("heard a1 1000 10000"))
        #expect(rig.transcript.map(\.endTime) == [21])
        interrupted.hear(.speechStarted(itemId: "t1", audioStartMs: nil), after: 200)
        #expect(interrupted.did.contains("heard a1 1000 4200"))
        #expect(interrupted.transcript.map(\.endTime) == [15.2])
    }

    @Test func `what a client played while it was gone is heard in the recording, too`() {
        var rig = Self.recorded()
        rig.hear(.responseCreated(id: "r1"))
        rig.audio(4_000, of: "a1")
        rig.step(.detached, after: 1_000)
        rig.hear(
            .wordsDone(itemId: "a1", responseId: "r1", text: "one two three four"),
            .responseDone(.init(id: "r1", status: .cancelled, output: [])))
        rig.step(.attached, after: 5_000)
        rig.step(.message(.resume(lastSeq: 2, played: .init(itemId: "a1", offsetMs: 2_500))))
        #expect(rig.history.filter { $0.hasPrefix("heard") } == ["heard a1 1000 1000", "heard a1 1000 2500"])
    }

    @Test func `of other calls nothing is said about sound`() {
        var rig = Rig.talking()
        rig.answer("Good day to you.", item: "a1", length: 1_000)
        rig.fire(.playback, after: 1_001)
        #expect(!rig.history.contains { $0.hasPrefix("heard") })
    }

    @Test func `both voices reach the disk, and odd bytes become whole samples`() async throws {
        let folder = try TestFolders.temporary()
        let id = try #require(SessionID("BAT-001"))
        let disk = SoundDisk(dataDirectory: folder.path, logger: Logger(label: "test"))
        let recorder = CallRecorder(disk.file(of: id))
        func base64(_ count: Int) -> [UInt8] { Array(Data(repeating: 5, count: count).base64EncodedString().utf8) }
        base64(960).withUnsafeBytes { recorder.traineeSpoke($0, at: SessionTime(milliseconds: 20)) }
        base64(961).withUnsafeBytes {
            recorder.customerSpoke($0, of: "a", playedAt: SessionTime(milliseconds: 1_020))
        }
        base64(959).withUnsafeBytes {
            recorder.customerSpoke($0, of: "a", playedAt: SessionTime(milliseconds: 1_040))
        }
        recorder.heard("a", from: SessionTime(milliseconds: 1_100), milliseconds: 40)
        // Another item with the same id.
        base64(960).withUnsafeBytes {
            recorder.customerSpoke($0, of: "a", playedAt: SessionTime(milliseconds: 5_020))
        }
        recorder.finish()
        let file = folder.appending(path: "BAT-001/call.sound")
        await disk.drain()
        let timeline = try Data(contentsOf: file).withUnsafeBytes { CallTimeline($0) }
        #expect(timeline.trainee.map(\.count) == [480])
        #expect(timeline.customer.map { [$0.start / 24, $0.count / 24] } == [[1_100, 40], [5_000, 20]])
    }

    @Test func `an item that was interrupted by an absence, and corrected, is in two parts`() async throws {
        let folder = try TestFolders.temporary()
        let id = try #require(SessionID("BAT-001"))
        let disk = SoundDisk(dataDirectory: folder.path, logger: Logger(label: "test"))
        let recorder = CallRecorder(disk.file(of: id))
        Array(Data(repeating: 5, count: 48_000).base64EncodedString().utf8).withUnsafeBytes {
            recorder.customerSpoke($0, of: "a", playedAt: SessionTime(milliseconds: 2_000))
        }
        recorder.resumed("a", offsetMs: 400, at: SessionTime(milliseconds: 9_000))
        recorder.heard("a", from: SessionTime(milliseconds: 1_000), milliseconds: 600)
        recorder.heard("a", from: SessionTime(milliseconds: 1_000), milliseconds: 800)
        recorder.finish()
        await disk.drain()
        let file = folder.appending(path: "BAT-001/call.sound")
        let timeline = try Data(contentsOf: file).withUnsafeBytes { CallTimeline($0) }
        #expect(timeline.customer.map { [$0.start / 24, $0.count / 24] } == [[1_000, 400], [9_000, 400]])
    }

    @Test func `a disk that refuses costs sound, and the call goes on`() async throws {
        let folder = try TestFolders.temporary()
        let id = try #require(SessionID("BAT-001"))
        let path = folder.appending(path: "no folder")
        try Data().write(to: path)
        let disk = SoundDisk(dataDirectory: path.path, logger: Logger(label: "test"))
        let recorder = CallRecorder(disk.file(of: id))
        let base64 = Array(Data(repeating: 5, count: 96_000).base64EncodedString().utf8)
        for second in 1...20 {
            base64.withUnsafeBytes { recorder.traineeSpoke($0, at: SessionTime(milliseconds: second * 1_000)) }
        }
        recorder.finish()
        await disk.drain()
        #expect(try Data(contentsOf: path).isEmpty)
    }
}
