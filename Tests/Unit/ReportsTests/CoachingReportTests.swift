import Domain
import Foundation
import Testing

@testable import ReportsService

/// The coaching and the hints, in everything that a session leaves.
@Suite struct CoachingReportTests {
    static func record() -> SessionRecord {
        var record = SampleSession.record()
        record.score?.coaching = Coaching(
            workOn: [
                .init(
                    category: "argumentQuality", utteranceId: "u2", quote: "have you tried the GLO Hyper?", time: 5,
                    advice: "Ask what he smokes first.", why: "He heard a product before a question.",
                    tryInstead: "What do you like about your cigarettes?"),
                .init(category: "empathy", advice: "Name his twenty years."),
            ], keep: "Keep listening.", start: "Begin with open questions.", weakest: "persistence",
            next: .init(
                category: "persistence", personaId: "glo_lapsed", personaName: "Marta",
                scenarioId: "lapsed_evening_pack",
                scenarioTitle: "The evening pack"))
        record.hints = true
        record.events.insert(.hint(Hint(time: 83, text: "Ask him when he smokes.")), at: 5)
        return record
    }

    private func text(of record: SessionRecord) throws -> String {
        let folder = try ScratchFolder()
        let path = folder.path + "/report.pdf"
        let typeface = try Typeface(folder: TypefaceTests.folder)
        try Data(ReportCard.pdf(of: record, typeface: typeface, at: SampleSession.start))
            .write(to: URL(fileURLWithPath: path))
        return try Tool.text(ofPDF: path)
    }

    @Test func `the report says what to work on, with a better line, and which hints were shown`() throws {
        let text = try text(of: Self.record())
        for words in [
            "Work on this", "QUALITY OF ARGUMENTS", "“have you tried the GLO Hyper?” — Trainee, 0:05",
            "Ask what he smokes first.", "Why: He heard a product before a question.",
            "Try: “What do you like about your cigarettes?”", "Name his twenty years.", "Keep: Keep listening.",
            "Start: Begin with open questions.", "Practise next", "The evening pack, with Marta",
            "the weakest category was Persistence", "Practised with hints: 1",
            "Hint shown at 1:23: Ask him when he smokes.",
        ] { #expect(text.contains(words), "missing: \(words)") }
        #expect(!text.contains("To improve"))
        let plain = try self.text(of: SampleSession.record())
        #expect(!plain.contains("hints") && !plain.contains("Work on this"))
        var none = SampleSession.record()
        none.hints = true
        #expect(try self.text(of: none).contains("Practised with hints: 0"))
    }

    @Test func `hostile texts do not break the report`() throws {
        var record = Self.record()
        let long = String(repeating: "Слово \u{202E}<b> ", count: 20_000)
        record.score?.coaching?.workOn = (0..<50).map { _ in
            .init(
                category: long, utteranceId: "u9", quote: long, time: .infinity, advice: long, why: long,
                tryInstead: long)
        }
        record.score?.coaching?.next?.scenarioTitle = long
        record.events = (0..<1_000).map { .hint(Hint(time: Double($0), text: long)) }
        let typeface = try Typeface(folder: TypefaceTests.folder)
        let pages = ReportCard.pages(of: record, typeface: typeface, at: SampleSession.start)
        #expect(pages.count <= ReportCard.maximumPages)
    }

    @Test func `the data files and the export hold both`() throws {
        let files = SessionFiles(Self.record())
        let session = try JSONDecoder().decode(JSONValue.self, from: Data(files.session.utf8))
        #expect(session["hintsShown"] == 1)
        let coaching = session["score"]?["coaching"]
        guard case .array(let workOn)? = coaching?["workOn"] else {
            Issue.record("nothing to work on")
            return
        }
        #expect(workOn.first?["tryInstead"] == "What do you like about your cigarettes?")
        #expect(workOn.first?["time"]?.number == 5)
        #expect(coaching?["next"]?["scenarioId"] == "lapsed_evening_pack")
        #expect(coaching?["keep"] == "Keep listening." && coaching?["stop"] == nil)
        #expect(
            files.events.contains(#"{"time": 83.0, "type": "SUPERVISOR", "data": {"hint": "Ask him when he smokes."}}"#)
        )
        let export = try JSONDecoder().decode(JSONValue.self, from: Data(BatManRecord(Self.record()).body))
        #expect(export["score"]?["coaching"] == coaching)
        #expect(export["session"]?["hintsShown"] == 1)
        let plain = String(decoding: BatManRecord(SampleSession.record()).body, as: UTF8.self)
        #expect(!plain.contains("coaching") && !plain.contains("hints"))
    }
}
