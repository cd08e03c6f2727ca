import Domain
import Foundation
import Testing

@testable import ReportsService

/// The report names the moments that the replay shows, at the same times.
@Suite struct MomentReportTests {
    private static func record() -> SessionRecord {
        var record = SampleSession.record()
        let finding = Finding(
            rule: "forbidden_word", status: .violated, severity: .blocker, message: "You said «free».",
            evidence: Evidence(utteranceId: "u4", text: "I understand."), time: 13.5)
        var again = finding
        again.findingId = "u9.free"
        again.time = 185
        record.score?.findings = [again, finding]
        record.score?.verdict = .failed
        record.score?.failReasons = ["You said «free».", "40 of 100 points; 60 are needed to pass."]
        record.score?.highlights = [
            "Named a product («have you tried the GLO Hyper?»)", "Kind («never said»)",
        ]
        record.absences = [Absence(from: 130.4, to: 142), Absence(from: 505)]
        return record
    }

    @Test func `reasons and remarks have the times of what they rest on`() {
        let session = SessionView(Self.record())
        #expect(session.timed(reason: "You said «free».") == "You said «free». (0:13, 3:05)")
        #expect(session.timed(reason: "Something else.") == "Something else.")
        #expect(
            session.timed(remark: "Named a product («have you tried the GLO Hyper?»)")
                == "Named a product («have you tried the GLO Hyper?», 0:05)")
        #expect(
            session.timed(remark: "Begin («I understand.») Say instead: What («now»)?")
                == "Begin («I understand.», 0:13) Say instead: What («now»)?")
        #expect(session.timed(remark: "Kind («never said»)") == "Kind («never said»)")
        #expect(session.timed(remark: "Kind («") == "Kind («")
    }

    @Test func `the timeline says when the connection was lost and back`() throws {
        let typeface = try Typeface(folder: TypefaceTests.folder)
        let pages = ReportCard.pages(of: Self.record(), typeface: typeface, at: SampleSession.start)
        let texts = pages.flatMap(\.marks).compactMap { mark -> String? in
            if case .text(let text, _, _, _, _, _) = mark { text } else { nil }
        }
        let printed = texts.joined(separator: "\n")
        for words in [
            "2:10\nConnection\nlost", "2:22\nConnection\nback", "8:25\nConnection\nlost; the trainee did not come back",
            "You said «free». (0:13, 3:05)",
        ] { #expect(printed.contains(words), "missing: \(words)") }
        #expect(printed.replacing("\n", with: " ").contains("GLO Hyper?», 0:05)"))
    }
}
