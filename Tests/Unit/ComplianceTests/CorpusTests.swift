import Compliance
import Domain
import Foundation
import RuleCheck
import Testing

/// Tests the rules on utterances with known meaning, one file per language.
struct CorpusTests {
    struct Language: Sendable, CustomTestStringConvertible {
        let code: String
        let leastLines: Int
        var testDescription: String { code }
    }

    static let languages = [
        Language(code: "en", leastLines: 250), Language(code: "cs", leastLines: 100),
        Language(code: "el", leastLines: 75), Language(code: "de", leastLines: 75),
    ]

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus").path

    @Test(arguments: languages) func `phrase matching alone is accurate enough on the corpus`(_ language: Language)
        throws
    {
        let catalog = try Fixture.catalog.get()
        let results = try Corpus.lines(of: "\(Self.folder)/\(language.code).jsonl").map { CorpusResult($0, catalog) }
        print(Self.table(results, language.code))
        #expect(results.count >= language.leastLines)
        #expect(results.allSatisfy { $0.line.lang == language.code })
        let figures = CorpusFigures(results)
        for result in results where result.isFalselyCertain {
            Issue.record("falsely certain: \(result.line.text) \(result.findings.map(\.findingId))")
        }
        #expect(figures.recall >= 0.95)
        #expect(figures.shareSuspected <= 0.35)
        #expect(figures.shareCertain >= 0.4)
        #expect(figures.recallOfCertain >= 0.9)
        // The meaning a model should find is kept for measuring models; here it only has to be a valid answer.
        let meanings: Set<String> = ["asserted", "denied", "reported", "question", "referral", "other"]
        #expect(results.allSatisfy { $0.line.review.map(meanings.contains) ?? false })
        #expect(results.filter(\.isWrong).allSatisfy { $0.line.review == "asserted" && $0.line.code != nil })
    }

    /// One row per rule: wrong utterances, those found, those found with certainty, right utterances suspected of it.
    private static func table(_ results: [CorpusResult], _ language: String) -> String {
        func names(_ line: CorpusLine) -> [String] {
            Array(Set(line.expect.flatMap { $0.split(separator: "|") }.map(String.init)))
        }
        let rules = Set(results.flatMap { names($0.line) }).sorted()
        let head = [
            "\(language): rule", "wrong", "found", "marked certain", "found certain", "right suspected", "false",
        ]
        let rows = rules.map { rule -> [String] in
            let own = results.filter { names($0.line).contains(rule) }
            let figures = CorpusFigures(own)
            func isOf(_ finding: Finding) -> Bool { "\(finding.rule)/\(finding.id)" == rule }
            let right = results.filter { !$0.isWrong }
            return [
                rule, "\(figures.wrong)", "\(figures.found)", "\(figures.wantedCertain)", "\(figures.foundCertain)",
                "\(right.count { $0.findings.contains { isOf($0) && $0.status == .suspected } })",
                "\(right.count { $0.findings.contains { isOf($0) && $0.status == .violated } })",
            ]
        }
        let all = CorpusFigures(results)
        let sum = [
            "all (\(all.right) right lines)", "\(all.wrong)", "\(all.found)", "\(all.wantedCertain)",
            "\(all.foundCertain)", "\(all.falselySuspected)", "\(all.falselyCertain)",
        ]
        return ([head] + rows + [sum]).map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
    }
}
