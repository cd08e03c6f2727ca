import Domain
import Foundation
import Testing

@testable import ReportsService

@Suite struct ReportCardTests {
    private static let czech = "Příliš žluťoučký kůň úpěl ďábelské ódy."
    private static let greek = "Πόσο καιρό καπνίζετε; Ευχαριστώ πολύ!"
    private static let cyrillic = "Съешь ещё этих мягких французских булок."

    let typeface: Typeface

    init() throws { typeface = try Typeface(folder: TypefaceTests.folder) }

    private func text(of record: SessionRecord) throws -> String {
        let folder = try ScratchFolder()
        let path = folder.path + "/report.pdf"
        let pdf = try ReportCard.pdf(of: record, typeface: typeface, at: SampleSession.start)
        try Data(pdf).write(to: URL(fileURLWithPath: path))
        return try Tool.text(ofPDF: path)
    }

    private func pages(of record: SessionRecord) -> [LaidPage] {
        ReportCard.pages(of: record, typeface: typeface, at: SampleSession.start)
    }

    @Test func `the report contains everything that a trainer needs`() throws {
        let text = try text(of: SampleSession.record())
        for words in [
            "BAT-001", "REP_55", "Karel · A loyal smoker at the counter", "27 Oct 2024, 10:00 UTC",
            "8 min 32 s",
            "✓ PASSED", "AGREED", "75 ", "of 100", "Empathy weight 30 % 80", "Took the customer's habit seriously.",
            "“have you tried the GLO Hyper?” — Trainee, 0:05", "No words of the trainee support more points here.",
            "What went well", "Asked about preferences",
            "To improve", "Forgot DOB check", "Customer's attitude", "Sales steps", "2 of 4 done.", "Age check Done",
            "Date of birth entered: 1998-05-12, 2:00", "SERIOUS", "The word “free” must not be used",
            "How to read this report",
            "Human oversight",
            "Timeline", "Counter glo device: picked up", "VR headset", "The customer", "Transcript",
            "I don't know, I've been smoking Marlboro for 20 years...", "Page 1 of 3", "Page 3 of 3",
        ] {
            #expect(text.contains(words), "missing: \(words)")
        }
    }

    @Test(arguments: [true, false, nil] as [Bool?])
    func `the report says that no audio was stored only if the trainee was not told of a recording`(isTold: Bool?)
        throws
    {
        var record = SampleSession.record()
        record.recordingNoticeShown = isTold
        let words = ReportCard.pages(of: record, typeface: typeface, at: SampleSession.start, recordingDays: 9)
            .flatMap(\.marks).compactMap { mark -> String? in
                if case .text(let text, _, _, _, _, _) = mark { text } else { nil }
            }.joined(separator: " ").replacing(/\s+/, with: " ")
        #expect(words.contains("no audio was stored") == (isTold != true))
        #expect(words.contains("deleted 9 days after the call") == (isTold == true))
        #expect(words.contains("shown the notice that this call is recorded") == (isTold == true))
    }

    @Test func `a trainee meets no codes`() throws {
        var record = SampleSession.record()
        record.score?.details[0].rationale = "u4 shows it, u99 does not exist."
        record.score?.notCountedReason = "client_lost"
        let text = try text(of: record)
        for code in [
            "VR interaction", "GLO_Device", "fmc_resistant", "end_conversation", "unity-vr", "FMC Smoker",
            "forbidden_word", "Session_Start", "client_lost", "Client lost",
        ] {
            #expect(!text.contains(code), "\(code)")
        }
        #expect(text.contains("0:13 shows it, u99 does not exist."))
        #expect(text.contains("the connection was lost early"))
    }

    @Test func `Czech, Greek and Cyrillic can be read back from every part`() throws {
        var record = SampleSession.record()
        record.traineeId = "Žďárský"
        record.score?.summary = Self.greek
        record.score?.highlights = [Self.czech]
        record.score?.improvements = [Self.cyrillic]
        record.transcript[0].text = Self.czech + " " + Self.greek
        record.transcript[0].interrupted = true
        let text = try text(of: record)
        for words in [
            "Žďárský", Self.greek, "Příliš žluťoučký", "Съешь ещё", Self.czech + " " + Self.greek + " — [interrupted]",
        ] {
            #expect(text.contains(words), "missing: \(words)")
        }
    }

    @Test func `a session without a score gets a report that says so`() throws {
        var record = SampleSession.record()
        record.score = nil
        record.outcome = nil
        record.attitudeCurve = []
        record.moodHistory = []
        record.transcript = []
        record.events = []
        #expect(try text(of: record).contains("It has not been scored yet"))
        record.pipeline.scoring.state = .failed
        record.pipeline.scoring.lastError = "model_timeout"
        let text = try text(of: record)
        #expect(text.contains("There is no score for this session Scoring failed: model_timeout"))
        #expect(text.contains("No attitude was recorded") && text.contains("Nothing was said"))
    }

    @Test func `a failed session shows why, whatever its score`() throws {
        var record = SampleSession.record()
        record.score?.verdict = .failed
        record.score?.failReasons = ["The device was handed over before the age was verified."]
        record.score?.needsReview = true
        record.score?.flags = ["injection_suspected"]
        let text = try text(of: record)
        #expect(text.contains("✗ NOT PASSED") && text.contains("NEEDS REVIEW"))
        #expect(
            text.contains("before the age was verified") && text.contains("said to the system, not to the customer"))
        #expect(!text.contains("✓ PASSED"))
    }

    @Test func `compliance comes before the scores, and counts are shown as numbers`() throws {
        var record = SampleSession.record()
        record.score?.facts = TalkFacts(
            talkShare: 0.625, turns: 9, longestTurnWords: 41, longestTurnSeconds: 17.4, openQuestions: 4,
            closedQuestions: 2, secondsToAgeCheck: 63, traineeInterruptions: 1, customerInterruptions: 0)
        let text = try text(of: record)
        let compliance = try #require(text.range(of: "Compliance"))
        let scores = try #require(text.range(of: "Scores by category"))
        #expect(compliance.lowerBound < scores.lowerBound)
        for part in ["63 %", "41 words, 17 s", "Open questions", "1:03"] { #expect(text.contains(part), "\(part)") }
        record.score?.facts?.talkShare = .nan
        record.score?.facts?.longestTurnSeconds = .infinity
        #expect(try self.text(of: record).contains("41 words, –"))
    }

    @Test func `ten thousand lines are cut at the page limit, and the report says how many are missing`() throws {
        var record = SampleSession.record()
        record.transcript = (1...10_000).map {
            Utterance(
                utteranceId: "u\($0)", startTime: Double($0), endTime: Double($0) + 1, speaker: .trainee,
                text: "Line \($0)")
        }
        record.events = (1...10_000).map {
            SessionEvent(time: Double($0), type: .vrInteraction, data: ["n": .integer(Int64($0))])
        }
        #expect(pages(of: record).count == ReportCard.maximumPages)
        let text = try text(of: record)
        #expect(text.contains("of 10000 lines (80 pages). All of it is in transcript.json."))
        #expect(text.contains("9750 of 10000 events are not printed"))
        #expect(text.contains("Page 80 of 80"))
    }

    @Test(arguments: [
        String(repeating: "x", count: 70_000), String(repeating: "ž", count: 70_000), "a\0b\u{1}c", "😀😀 日本語",
        "evil \u{202E}gnp.exe", String(repeating: "\u{301}", count: 70_000), String(repeating: "word ", count: 20_000),
        "(unbalanced \\ ) parens %s %n", "<script>alert(1)</script>", "",
    ])
    func `hostile text in every field stays on the page`(text: String) throws {
        var record = SampleSession.record()
        let evidence = Evidence(utteranceId: "u2", text: text)
        record.traineeId = text
        record.personaName = text
        record.client = text
        record.endTrigger = text
        record.scenario.title = text
        record.transcript[1].text = text
        record.events = [SessionEvent(time: .nan, type: EventType(rawValue: text), data: ["k": .string(text)])]
        record.attitudeCurve = [AttitudePoint(time: .infinity, value: .max, direction: .rising)]
        record.durationMs = .max
        if var score = record.score {
            score.overall = .max
            score.summary = text
            score.verdict = .failed
            score.failReasons = [text]
            score.highlights = [text]
            score.improvements = Array(repeating: text, count: 50)
            score.categories[text] = .min
            score.details[0].title = text
            score.details[0].rationale = text
            score.details[0].evidence = [evidence]
            score.salesSteps = [SalesStepResult(id: text, status: .done, evidence: [evidence])]
            score.findings = [
                Finding(
                    rule: .init(rawValue: text), status: .violated, severity: .blocker, message: text,
                    evidence: evidence,
                    time: -.infinity)
            ]
            score.model = text
            score.flags = [text]
            score.needsReview = true
            record.score = score
        }
        let pages = pages(of: record)
        #expect((2...ReportCard.maximumPages).contains(pages.count))
        for mark in pages.flatMap(\.marks) {
            guard case .text(let text, let x, let y, let style, let size, _) = mark else { continue }
            let right = x + typeface.font(style).width(text, size: size)
            let isOnPage = x >= 0 && right <= PDFDocument.width && y > 0 && y < PDFDocument.height
            #expect(isOnPage, "at \(x), \(y): \(text.prefix(20))")
            let isShort = text.utf8.count <= 65_535
            #expect(isShort, "\(text.utf8.count) bytes")
            let isClean = !text.unicodeScalars.contains { $0.value < 32 || $0 == "\u{202E}" || $0 == "😀" }
            #expect(isClean, "at \(x), \(y)")
        }
        let pdf = try ReportCard.pdf(of: record, typeface: typeface, at: SampleSession.start)
        #expect(pdf.starts(with: "%PDF-".utf8))
    }

    @Test func `no heading stands at the foot of a page without its content`() {
        for lines in stride(from: 1, through: 60, by: 3) {
            var record = SampleSession.record()
            record.score?.summary = String(repeating: "A line of the summary that is wide enough. ", count: lines)
            for page in pages(of: record) {
                for (_, y) in page.bookmarks {
                    let isFollowed = page.marks.contains { mark in
                        if case .text(_, _, let baseline, _, _, _) = mark {
                            baseline > y + 26 && baseline < PageFlow.bottom
                        } else {
                            false
                        }
                    }
                    #expect(isFollowed)
                }
            }
        }
    }

    @Test func `reports drawn concurrently do not affect each other`() async throws {
        let record = SampleSession.record()
        let alone = try ReportCard.pdf(of: record, typeface: typeface, at: SampleSession.start)
        try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<8 {
                group.addTask { try ReportCard.pdf(of: record, typeface: typeface, at: SampleSession.start) }
            }
            for try await pdf in group { #expect(pdf.count == alone.count) }
        }
    }

    @Test func `a missing font is an error, not a crash`() throws {
        let folder = try ScratchFolder()
        for name in ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"] {
            try FileManager.default.copyItem(
                atPath: "\(TypefaceTests.folder)/\(name)", toPath: "\(folder.path)/\(name)")
        }
        let typeface = try Typeface(folder: folder.path)
        try FileManager.default.removeItem(atPath: folder.path + "/DejaVuSans-Bold.ttf")
        #expect(throws: PDFDocument.Failure.self) {
            try ReportCard.pdf(of: SampleSession.record(), typeface: typeface, at: SampleSession.start)
        }
    }
}
