import Domain
import Foundation
import Storage

/// Tables as RFC 4180 writes them, in UTF-8.
enum CSV {
    static let mediaType = "text/csv; charset=utf-8; header=present"

    /// Excel reads a file without it in the code page of the computer, in which Greek and Czech names are lost.
    static let byteOrderMark = "\u{FEFF}"

    /// One line with its CRLF.
    static func line(_ cells: [String?]) -> String {
        cells.map { cell($0 ?? "") }.joined(separator: ",") + "\r\n"
    }

    private static let formulas: Set<Unicode.Scalar> = ["=", "+", "-", "@"]
    private static let separators: Set<Unicode.Scalar> = [",", ";", "\t", "\r", "\n", "\"", "|"]

    /// What a spreadsheet would take for a formula begins with an apostrophe (OWASP, CSV injection). A spreadsheet may
    /// separate cells by other characters than we do, such as Excel in Czech, German and Greek by semicolons.
    private static func cell(_ text: String) -> String {
        var safe = text.unicodeScalars.first.map { "\t\r\n".unicodeScalars.contains($0) } == true ? "'" : ""
        var isBeginning = true
        for scalar in text.unicodeScalars {
            if isBeginning, formulas.contains(scalar) { safe.unicodeScalars.append("'") }
            safe.unicodeScalars.append(scalar)
            isBeginning = separators.contains(scalar) || (isBeginning && scalar.properties.isWhitespace)
        }
        guard safe.unicodeScalars.contains(where: { "\",;\t\r\n".unicodeScalars.contains($0) }) else { return safe }
        return "\"" + safe.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }

    // MARK: Sessions

    static let sessionColumns = [
        "sessionId", "createdAt", "traineeId", "personaId", "personaName", "scenarioId", "client", "market", "store",
        "status", "phase", "outcome", "score", "verdict", "counted", "notCountedReason", "needsReview", "durationMs",
    ]

    static func line(_ result: SessionResult) -> String {
        let summary = result.summary
        return line([
            summary.sessionId.text,
            summary.createdAt.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)),
            summary.traineeId, summary.personaId, summary.personaName, summary.scenarioId, summary.client,
            result.market, result.store, summary.status.rawValue, summary.phase.rawValue, summary.outcome?.rawValue,
            summary.score.map(String.init), summary.verdict?.rawValue, summary.counted.map(String.init),
            summary.notCountedReason, summary.needsReview.map(String.init), summary.durationMs.map(String.init),
        ])
    }

    // MARK: A cohort

    static let cohortColumns = ["figure", "id", "name", "n", "value", "low", "high"]

    /// The figures of a cohort, one a line. `value` is a number of sessions, a mean of points, or a share from 0 to 1.
    static func table(_ cohort: Cohort) -> String {
        func row(_ figure: String, _ id: String, _ name: String, _ estimate: Estimate) -> String {
            line(
                [figure, id, name, String(estimate.n)]
                    + [estimate.value, estimate.low, estimate.high].map { $0.map { String($0) } })
        }
        func count(_ figure: String, _ id: String, _ sessions: Int, of n: Int? = nil) -> String {
            line([figure, id, nil, String(n ?? cohort.sessions), String(sessions), nil, nil])
        }
        let steps = cohort.dropOff
        return line(cohortColumns)
            + count("sessions", cohort.isComplete ? "all" : "newest", cohort.sessions)
            + count("drop_off", "created", steps.created) + count("drop_off", "started", steps.started)
            + count("drop_off", "ended", steps.ended) + count("drop_off", "counted", steps.counted)
            + count("drop_off", "passed", steps.passed)
            + count("needs_review", "sessions", cohort.needsReviewSessions)
            + row("score", "overall", "", cohort.score) + row("pass_rate", "passed", "", cohort.passRate)
            + cohort.distribution.map { count("distribution", "\($0.from)..\($0.to)", $0.sessions, of: steps.counted) }
            .joined()
            + cohort.categories.map { row("category", $0.id, $0.title, $0.estimate) }.joined()
            + cohort.findings.map { row("finding", $0.rule, "", $0.share) }.joined()
            + cohort.unknownInteractions.map {
                line([
                    "unknown_interaction", $0.object, $0.action, String(cohort.allSessions), String($0.sessions), nil,
                    nil,
                ])
            }.joined()
    }
}
