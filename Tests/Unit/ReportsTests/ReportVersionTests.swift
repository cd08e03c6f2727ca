import Domain
import Foundation
import Secrets
import Testing

@testable import ReportsService

/// Reports are kept under `layoutVersion`; a change of the layout that leaves it alone would keep the old ones.
@Suite struct ReportVersionTests {
    @Test func `a change of the layout raises its version`() throws {
        let typeface = try Typeface(folder: TypefaceTests.folder)
        let pages = Self.records.flatMap { ReportCard.pages(of: $0, typeface: typeface, at: SampleSession.start) }
        let hash = String(SHA256.hex(of: pages.map(Self.text).joined(separator: "\n")).prefix(16))
        #expect(
            hash == ReportCard.layoutHash,
            "The layout has changed: raise layoutVersion and set layoutHash to \(hash).")
    }

    /// Sessions that show every section, and every state of the summary.
    private static var records: [SessionRecord] {
        let passed = SampleSession.record()
        var pending = passed
        pending.score?.verdict = .pending
        pending.score?.pendingReasons = ["A person has to read line 4."]
        pending.score?.notCountedReason = "client_lost"
        pending.score?.needsReview = true
        pending.score?.flags = ["finding_disputed"]
        pending.score?.revision = 2
        pending.score?.facts = TalkFacts(
            talkShare: 0.5, turns: 2, longestTurnWords: 11, longestTurnSeconds: 4.8, openQuestions: 1,
            closedQuestions: 1, secondsToAgeCheck: nil, traineeInterruptions: 0, customerInterruptions: 1)
        pending.visibility = .private
        pending.noticeShown = NoticeShown(version: 1, language: "cs", time: SampleSession.start)
        var failed = passed
        failed.submittedAt = SampleSession.start
        failed.score?.verdict = .failed
        failed.score?.failReasons = ["The word “free” was used."]
        failed.transcript[0].interrupted = true
        failed.absences = [Absence(from: 130, to: 142), Absence(from: 505)]
        var unscored = passed
        unscored.score = nil
        unscored.outcome = nil
        unscored.finalAttitude = nil
        return [passed, pending, failed, unscored, CoachingReportTests.record()]
            + [try? ReviewReportTests.record()].compactMap(\.self)
    }

    /// The marks of a page, to a tenth of a point.
    private static func text(_ page: LaidPage) -> String {
        func number(_ value: Double) -> String { String(Int((value * 10).rounded())) }
        func point(_ point: Mark.Point) -> String { "\(number(point.x)),\(number(point.y))" }
        func colour(_ ink: Ink) -> String {
            [ink.red, ink.green, ink.blue].map { String(Int(($0 * 255).rounded()), radix: 16) }.joined(separator: ".")
        }
        let marks = page.marks.map { mark in
            switch mark {
            case .text(let text, let x, let y, let style, let size, let ink):
                "text \(text) \(number(x)),\(number(y)) \(style) \(number(size)) \(colour(ink))"
            case .rectangle(let x, let y, let width, let height, let radius, let ink):
                "rectangle \([x, y, width, height, radius].map(number)) \(colour(ink))"
            case .line(let points, let width, let ink, let dashed):
                "line \(points.map(point)) \(number(width)) \(colour(ink)) \(dashed)"
            case .dot(let centre, let radius, let ink): "dot \(point(centre)) \(number(radius)) \(colour(ink))"
            case .ring(let centre, let radius, let width, let fraction, let ink):
                "ring \(point(centre)) \([radius, width, fraction].map(number)) \(colour(ink))"
            }
        }
        let bookmarks = page.bookmarks.map { "bookmark \($0.title) \(number($0.y))" }
        return (marks + bookmarks).joined(separator: "\n")
    }
}
