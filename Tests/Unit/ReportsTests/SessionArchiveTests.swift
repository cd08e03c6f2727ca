import Domain
import Foundation
import Testing
import Wire

@testable import ReportsService

@Suite struct SessionArchiveTests {
    private let scratch: ScratchFolder
    private let archive: SessionArchive

    init() throws {
        scratch = try ScratchFolder()
        archive = SessionArchive(
            root: scratch.path, typeface: try Typeface(folder: TypefaceTests.folder),
            pool: RenderingPool(threads: 2, limit: 8))
    }

    @Test func `the three data files are written, and Python reads them line by line`() async throws {
        try await archive.writeFiles(of: SampleSession.record())
        #expect(scratch.files == ["BAT-001/events.json", "BAT-001/session.json", "BAT-001/transcript.json"])
        let program = """
            import json, sys
            folder = sys.argv[1] + "/BAT-001/"
            print(json.load(open(folder + "session.json", encoding="utf-8"))["score"]["overall"])
            for name in ["events.json", "transcript.json"]:
                for line in open(folder + name, encoding="utf-8"):
                    print(",".join(json.loads(line)))
            """
        let output = String(decoding: try Tool.run("python3", "-c", program, scratch.path), as: UTF8.self)
        let expected =
            ["75"] + Array(repeating: "time,type,data", count: 8)
            + Array(repeating: "startTime,endTime,speaker,text", count: 4)
        #expect(output.split(separator: "\n").map(String.init) == expected)
    }

    @Test func `a zip holds the three data files and nothing else`() async throws {
        let record = SampleSession.record()
        let file = try await archive.zip(of: record, for: .trainer)
        #expect(file.path == "BAT-001/BAT-001.zip")
        let path = scratch.path + "/" + file.path
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count == file.size)
        let names = String(decoding: try Tool.run("unzip", "-Z1", path), as: UTF8.self)
        #expect(names == "BAT-001/session.json\nBAT-001/events.json\nBAT-001/transcript.json\n")
        for (name, content) in SessionFiles(record).all {
            #expect(try Tool.run("unzip", "-p", path, "BAT-001/" + name) == Data(content))
        }
        _ = try Tool.run("unzip", "-t", path)
    }

    @Test func `the zip of a trainee has nothing about what was only suspected`() async throws {
        var record = SampleSession.record()
        var suspected = try #require(record.score?.findings.first)
        suspected.status = .suspected
        record.score?.findings[0] = suspected
        let machine = try #require(record.score)
        record.review = try TrainerReview().after(
            ReviewStep(
                revision: 0, categories: [],
                findings: [.init(findingId: suspected.findingId, decision: .dismissed, note: "He meant smoke-free.")],
                answer: nil),
            of: machine, isBlind: false, by: "coach-eva", at: SampleSession.start)
        for (audience, isSeen) in [(ReportsRequest.Audience.trainee, false), (.trainer, true)] {
            let path = scratch.path + "/" + (try await archive.zip(of: record, for: audience).path)
            let text = String(decoding: try Tool.run("unzip", "-p", path, "BAT-001/session.json"), as: UTF8.self)
            #expect(text.contains("He meant smoke-free.") == isSeen)
            #expect(text.contains(suspected.findingId) == isSeen)
        }
        #expect(scratch.files == ["BAT-001/BAT-001-trainee.zip", "BAT-001/BAT-001.zip"])
    }

    @Test func `a zip of empty files and of a large one is complete`() async throws {
        var record = SampleSession.record()
        record.events = []
        record.transcript = (0..<20_000).map {
            Utterance(utteranceId: "u\($0)", startTime: 0, endTime: 1, speaker: .avatar, text: UUID().uuidString)
        }
        let path = scratch.path + "/" + (try await archive.zip(of: record, for: .trainer).path)
        #expect(try Tool.run("unzip", "-p", path, "BAT-001/events.json").isEmpty)
        #expect(
            try Tool.run("unzip", "-p", path, "BAT-001/transcript.json") == Data(SessionFiles(record).transcript.utf8))
    }

    @Test func `a report is kept until the session changes`() async throws {
        var record = SampleSession.record()
        let first = try await archive.report(of: record, for: .trainer)
        #expect(first.path == "BAT-001/report.pdf")
        let path = scratch.path + "/" + first.path
        let made = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? NSNumber
        #expect(try await archive.report(of: record, for: .trainer) == first)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? NSNumber == made)

        record.updatedAt += 0.001
        record.score?.summary = "Seen again after a change."
        _ = try await archive.report(of: record, for: .trainer)
        #expect(try Tool.text(ofPDF: path).contains("Seen again after a change."))
        #expect(scratch.files == ["BAT-001/report.pdf"])
    }

    @Test func `concurrent requests for one report all get a complete one`() async throws {
        let archive = SessionArchive(
            root: scratch.path, typeface: try Typeface(folder: TypefaceTests.folder),
            pool: RenderingPool(threads: 4, limit: 64))
        let record = SampleSession.record()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 { group.addTask { try await archive.report(of: record, for: .trainer).size } }
            for try await size in group { #expect(size > 10_000) }
        }
        #expect(scratch.files == ["BAT-001/report.pdf"])
    }
}
