import Domain
import Foundation
import Testing

@testable import ReportsService

/// A person's numbers in the report card, the data files and the export: who, and the machine's beside them.
@Suite struct ReviewReportTests {
    /// The sample session, 75 points by the machine, with two corrections, a settled finding and an answered dispute.
    static func record() throws -> SessionRecord {
        var record = SampleSession.record()
        let machine = try #require(record.score)
        let finding = try #require(machine.findings.first)
        let time = SampleSession.start.addingTimeInterval(3_600)
        record.review = try TrainerReview().disputed("I did ask for his age.", by: "unity", at: time).after(
            ReviewStep(
                revision: 1,
                categories: [
                    .init(id: "empathy", score: 50, reason: .tooHigh, note: "He was not listened to."),
                    .init(id: "persistence", score: 90, reason: .missingEvidence),
                ],
                findings: [.init(findingId: finding.findingId, decision: .dismissed, note: "Smoke-free, not free.")],
                answer: .init(disputeId: "d1", text: "The tablet shows it. Corrected.")),
            of: machine, isBlind: false, by: "coach-eva", at: time)
        record.machineScore = machine
        record.score = machine.reviewed(by: try #require(record.review), in: record)
        record.score?.revision = 2
        return record
    }

    @Test func `the report card shows the person's numbers, who, why, and the machine's`() throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/report.pdf"
        let typeface = try Typeface(folder: TypefaceTests.folder)
        let pdf = try ReportCard.pdf(of: try Self.record(), typeface: typeface, at: SampleSession.start)
        try Data(pdf).write(to: URL(fileURLWithPath: path))
        let text = try Tool.text(ofPDF: path).replacing(/\s+/, with: " ")
        for words in [
            "Reviewed by coach-eva on 27 Oct 2024, 11:00 UTC", "The machine's: 75 of 100, passed.", "REVISION 2",
            "Empathy weight 30 % 50", "coach-eva gave 50, the machine 80 (too high): “He was not listened to.”",
            "Persistence weight 15 % 90", "coach-eva gave 90, the machine 65 (missing evidence)",
            "Decided by a person. Smoke-free, not free.", "Disputes", "I did ask for his age.",
            "The tablet shows it. Corrected.",
        ] {
            #expect(text.contains(words), "missing: \(words)")
        }
    }

    private static func items(_ value: JSONValue?) -> [JSONValue] {
        if case .array(let items)? = value { items } else { [] }
    }

    @Test func `the data files and the export show the same`() throws {
        let record = try Self.record()
        // 30 × 50 + 30 × 70 + 15 × 90 + 25 × 85 over 100.
        #expect(record.score?.overall == 71)
        let session = try #require(SessionFiles(record).all.first?.content)
        for bytes in [session, BatManRecord(record).body] {
            let json = try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
            let score = json["score"]
            #expect(score?["overall"] == 71)
            #expect(score?["reviewedBy"] == "coach-eva")
            #expect(score?["machine"]?["overall"] == 75)
            #expect(score?["machine"]?["categories"]?["empathy"] == 80)
            let corrections = Self.items(json["review"]?["categories"])
            let disputes = Self.items(json["review"]?["disputes"])
            #expect(corrections.map { $0["reason"] } == ["too_high", "missing_evidence"])
            #expect(corrections.map { $0["by"] } == ["coach-eva", "coach-eva"])
            #expect(disputes.first?["answer"]?["text"] == "The tablet shows it. Corrected.")
        }
        #expect(BatManRecord(record).exportId != BatManRecord(SampleSession.record()).exportId, "it is sent again")
    }

    @Test func `without a review the files are as they were`() throws {
        let text = SessionFiles(SampleSession.record()).session
        #expect(!text.contains("machine") && !text.contains("review"))
    }
}
