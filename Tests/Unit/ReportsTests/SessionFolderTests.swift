import Domain
import Foundation
import Testing

@testable import ReportsService

@Suite struct SessionFolderTests {
    private let scratch: ScratchFolder
    private let folder: SessionFolder

    init() throws {
        scratch = try ScratchFolder()
        folder = SessionFolder(root: scratch.path + "/data/sessions", id: SampleSession.id)
    }

    private func permissions(_ path: String) throws -> Int? {
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(scratch.path)/data/sessions/\(path)")
        return (attributes[.posixPermissions] as? NSNumber)?.intValue
    }

    @Test func `files and folders are accessible to owner and group only`() throws {
        try folder.write("a.json", Array("{}".utf8))
        #expect(scratch.files == ["data/sessions/BAT-001/a.json"])
        #expect(try permissions("BAT-001/a.json") == 0o640)
        #expect(try permissions("BAT-001") == 0o750)
    }

    @Test func `a second write replaces the first`() throws {
        try folder.write("a.json", Array("first, and longer".utf8))
        try folder.write("a.json", Array("second".utf8))
        #expect(try scratch.read("data/sessions/BAT-001/a.json") == "second")
    }

    @Test func `a write that fails half-way leaves the old file and nothing else`() throws {
        try folder.write("a.json", Array("old".utf8))
        #expect(throws: FileError.self) {
            try folder.write("a.json") { descriptor throws(FileError) in
                _ = write(descriptor, "half", 4)
                throw FileError("write a.json", code: ENOSPC)
            }
        }
        #expect(scratch.files == ["data/sessions/BAT-001/a.json"])
        #expect(try scratch.read("data/sessions/BAT-001/a.json") == "old")
    }

    @Test func `a write that the kernel refuses leaves nothing behind`() async {
        // In a process of its own, because the limit applies to all files of a process.
        await #expect(processExitsWith: .success) {
            let scratch = try ScratchFolder()
            let folder = SessionFolder(root: scratch.path, id: SampleSession.id)
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 4096, rlim_max: 4096)
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            let error = #expect(throws: FileError.self) {
                try folder.write("a.json", [UInt8](repeating: 0x61, count: 100_000))
            }
            #expect(error?.isShortOfSpace == true)
            #expect(scratch.files.isEmpty)
        }
    }

    @Test func `a symbolic link in place of the session's folder is not followed`() throws {
        let elsewhere = scratch.path + "/elsewhere"
        try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: folder.root, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: folder.root + "/BAT-001", withDestinationPath: elsewhere)
        #expect(throws: FileError.self) { try folder.write("a.json", [1]) }
        #expect(folder.inspect("a.json") == nil)
        #expect(scratch.files.isEmpty)
    }

    @Test func `a symbolic link in place of a file is replaced and not written through`() throws {
        let target = scratch.path + "/target"
        try Data("keep".utf8).write(to: URL(fileURLWithPath: target))
        try folder.write("b.json", [1])
        try FileManager.default.createSymbolicLink(atPath: folder.root + "/BAT-001/a.json", withDestinationPath: target)
        #expect(folder.inspect("a.json") == nil)
        try folder.write("a.json", Array("new".utf8))
        #expect(try scratch.read("target") == "keep")
        #expect(folder.inspect("a.json")?.size == 3)
    }

    @Test func `an old temporary file of a killed process is removed, one with the time of an old session is not`()
        throws
    {
        try folder.write("a.json", [1])
        let path = folder.root + "/BAT-001/.a.json.1-1.tmp"
        try Data("x".utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -3600)], ofItemAtPath: path)
        try folder.write("a.json", [2])
        #expect(scratch.files.map { $0.split(separator: "/").last } == [".a.json.1-1.tmp", "a.json"])
        folder.removeAbandoned(at: Date(timeIntervalSinceNow: 500))
        #expect(scratch.files.count == 2)
        folder.removeAbandoned(at: Date(timeIntervalSinceNow: 700))
        #expect(scratch.files.map { $0.split(separator: "/").last } == ["a.json"])
    }

    @Test func `a file never appears without its time`() throws {
        // The rename fails, since a folder has the name. What would have become the file has its time already.
        try FileManager.default.createDirectory(
            atPath: folder.root + "/BAT-001/a.wav/x", withIntermediateDirectories: true)
        var written: Int32 = -1
        defer { close(written) }
        #expect(throws: FileError.self) {
            try folder.write("a.wav", stamp: FileStamp(seconds: 1_730_023_200, nanoseconds: 7)) { descriptor in
                written = dup(descriptor)
            }
        }
        var info = stat()
        #expect(fstat(written, &info) == 0)
        #expect(info.st_mtim.tv_sec == 1_730_023_200 && info.st_mtim.tv_nsec == 7)
    }

    @Test func `deleting tells apart what is gone and what cannot be deleted`() throws {
        try folder.write("a.json", [1])
        #expect(try folder.remove("a.json"))
        #expect(try !folder.remove("a.json"))
        try FileManager.default.createDirectory(
            atPath: folder.root + "/BAT-001/b.json", withIntermediateDirectories: true)
        #expect(throws: FileError("delete b.json", code: EISDIR)) { try folder.remove("b.json") }
    }

    @Test func `the stamp distinguishes states and layouts`() throws {
        let date = Date(timeIntervalSince1970: 1_730_023_200.123)
        try folder.write("a.pdf", [1], stamp: FileStamp(date, version: 7))
        #expect(folder.inspect("a.pdf")?.stamp == FileStamp(date, version: 7))
        #expect(FileStamp(date, version: 7) != FileStamp(date, version: 8))
        #expect(FileStamp(date, version: 7) != FileStamp(date.addingTimeInterval(0.001), version: 7))
        #expect(FileStamp(Date(timeIntervalSince1970: .nan), version: 1).seconds == 0)
    }
}
