import Domain
import Foundation
import Logging
import Recording
import Testing

@testable import ReportsService

@Suite struct CallRecordingTests {
    private let scratch: ScratchFolder
    private let id: SessionID

    init() throws {
        scratch = try ScratchFolder()
        id = try #require(SessionID("BAT-001"))
    }

    private func writeLog(age: TimeInterval, of name: String = "BAT-001") throws {
        let id = try #require(SessionID(name))
        var buffer = SoundBuffer()
        buffer.begin()
        buffer.addTrainee([UInt8](repeating: 7, count: 960), arrivedAt: 20)
        let path = "\(scratch.path)/\(name)/call.sound"
        let descriptor = try #require(SoundFiles.openLog(of: id, in: scratch.path))
        try FileHandle(fileDescriptor: descriptor, closeOnDealloc: true).write(contentsOf: buffer.bytes)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: path)
    }

    @Test func `a settled log becomes a WAV file of the same age, once`() throws {
        try writeLog(age: 3_600)
        let size = try #require(try CallRecording(of: id, in: scratch.path).prepare())
        #expect(scratch.files == ["BAT-001/call.wav"])
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(scratch.path)/BAT-001/call.wav")
        #expect(attributes[.size] as? Int == size)
        let date = try #require(attributes[.modificationDate] as? Date)
        #expect(abs(date.timeIntervalSinceNow + 3_600) < 5)
        #expect(try CallRecording(of: id, in: scratch.path).prepare() == size)
    }

    @Test func `a log that may still grow is kept, and read again`() throws {
        try writeLog(age: 0)
        let first = try #require(try CallRecording(of: id, in: scratch.path).prepare())
        #expect(scratch.files == ["BAT-001/call.sound", "BAT-001/call.wav"])
        try writeLog(age: 0)
        #expect(try #require(try CallRecording(of: id, in: scratch.path).prepare()) > first)
    }

    @Test func `a log that has not grown is not read again`() throws {
        try writeLog(age: 0)
        _ = try CallRecording(of: id, in: scratch.path).prepare()
        let path = "\(scratch.path)/BAT-001/call.wav"
        func number() throws -> NSNumber? {
            try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? NSNumber
        }
        let made = try #require(try number())
        _ = try CallRecording(of: id, in: scratch.path).prepare()
        #expect(try number() == made)
        // Once it has settled, it goes.
        _ = try CallRecording(of: id, in: scratch.path).prepare(now: Date(timeIntervalSinceNow: 3_600))
        #expect(try number() == made)
        #expect(scratch.files == ["BAT-001/call.wav"])
    }

    @Test func `a call that was not recorded has no recording, and a link elsewhere is none`() throws {
        #expect(try CallRecording(of: id, in: scratch.path).prepare() == nil)
        try FileManager.default.createDirectory(
            atPath: "\(scratch.path)/BAT-001", withIntermediateDirectories: true)
        for name in ["call.sound", "call.wav"] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(scratch.path)/BAT-001/\(name)", withDestinationPath: "/etc/passwd")
        }
        #expect(SoundFiles.openLog(of: id, in: scratch.path) == nil)
        #expect(try CallRecording(of: id, in: scratch.path).prepare() == nil)
    }

    @Test func `what a dead process left of a recording is deleted`() throws {
        try writeLog(age: 0)
        let path = "\(scratch.path)/BAT-001/.call.wav.1-1.tmp"
        try Data("sound".utf8).write(to: URL(filePath: path))
        let retention = RecordingRetention(root: scratch.path, days: 7, logger: Logger(label: "test"))
        // The file may already have the time of an old session.
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -3_600)], ofItemAtPath: path)
        _ = retention.deleteExpired(at: Date())
        #expect(scratch.files.count == 2, "it may still be written to")
        _ = retention.deleteExpired(at: Date(timeIntervalSinceNow: 3_600))
        #expect(scratch.files == ["BAT-001/call.sound"])
    }

    @Test func `sound is deleted after its days, and nothing else`() throws {
        try writeLog(age: 8 * 86_400)
        _ = try CallRecording(of: id, in: scratch.path).prepare()
        try Data("x".utf8).write(to: URL(filePath: "\(scratch.path)/BAT-001/report.pdf"))
        try Data("x".utf8).write(to: URL(filePath: "\(scratch.path)/call.wav"))
        let retention = RecordingRetention(root: scratch.path, days: 7, logger: Logger(label: "test"))
        #expect(retention.deleteExpired(at: Date(timeIntervalSinceNow: -2 * 86_400)) == .init())
        #expect(retention.deleteExpired(at: Date()) == .init(deleted: 1))
        #expect(scratch.files == ["BAT-001/report.pdf", "call.wav"])
    }

    @Test func `sound that cannot be deleted is counted, with the reason, and the rest is deleted`() throws {
        try writeLog(age: 8 * 86_400)
        try writeLog(age: 8 * 86_400, of: "BAT-002")
        let refused = FileError("delete call.sound", code: EACCES)
        var retention = RecordingRetention(root: scratch.path, days: 7, logger: Logger(label: "test"))
        retention.delete = { (folder, name) throws(FileError) in
            if folder.id.text == "BAT-001" { throw refused }
            return try folder.remove(name)
        }
        #expect(retention.deleteExpired(at: Date()) == .init(deleted: 1, failed: 1, error: refused))
        #expect(scratch.files == ["BAT-001/call.sound"])
    }
}
