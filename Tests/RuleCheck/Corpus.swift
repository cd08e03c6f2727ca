public import Compliance
public import Domain
import Foundation

/// A line of talk with what is right about it. Files of them are lines of JSON.
public struct CorpusLine: Codable, Sendable {
    public enum Tier: String, Codable, Sendable {
        case certain, suspected, none
    }

    public var text: String
    /// ISO 639-1 code.
    public var lang: String
    /// The customer's line before.
    public var before: String?
    /// The rules that the line breaks, `rule/entry`; `a|b` is either. Empty for a line that is right.
    public var expect: [String]
    /// The rule that is broken is at least so grave.
    public var severity: Finding.Severity?
    /// What the words alone have to give. Nil: found is enough.
    public var code: Tier?
    /// What a reader who judges by meaning should say of the line: `asserted`, `denied`, `reported`, `question`, `referral`,
    /// `other`. Kept for measuring a model; nothing here computes it.
    public var review: String?
    public var note: String?
}

/// What the rules found in one line, held against what is right.
public struct CorpusResult: Sendable {
    public let line: CorpusLine
    public let findings: [Finding]

    public init(_ line: CorpusLine, _ catalog: ComplianceCatalog) {
        self.line = line
        var rules = ComplianceRules(
            catalog: catalog, language: line.lang, settings: RuleSettings(), birthDate: nil, sessionDate: Date())
        if let before = line.before {
            rules.take(
                Utterance(utteranceId: "u1", startTime: 1, endTime: 3, speaker: .avatar, text: before))
        }
        rules.take(Utterance(utteranceId: "u2", startTime: 4, endTime: 8, speaker: .trainee, text: line.text))
        let expected = Set(line.expect.flatMap { $0.split(separator: "|") }.map { String($0.prefix { $0 != "/" }) })
        // What depends on the talk before is counted only where the line is about it.
        let ofTalk: Set<String> = ["greeting", "needs_before_pitch", "age_check"]
        findings = rules.findings().filter { finding in
            [.violated, .suspected].contains(finding.status)
                && (!ofTalk.contains(finding.rule) || expected.contains(finding.rule))
        }
    }

    public var isWrong: Bool { !line.expect.isEmpty }

    private func finds(_ expected: String, _ status: Finding.Status? = nil) -> Bool {
        let names = expected.split(separator: "|").map(String.init)
        return findings.contains { finding in
            (status == nil || finding.status == status)
                && (names.contains("\(finding.rule)/\(finding.id)") || names.contains(finding.rule))
        }
    }

    /// Every rule that the line breaks was found, certain or suspected, as gravely as it is.
    public var isFound: Bool {
        isWrong && line.expect.allSatisfy { finds($0) }
            && (line.severity.map { wanted in findings.contains { $0.severity <= wanted } } ?? true)
    }

    /// A rule that the line breaks was found for certain.
    public var isFoundCertain: Bool { line.expect.contains { finds($0, .violated) } }
    /// A right line of which the words alone say that it breaks a rule.
    public var isFalselyCertain: Bool {
        !isWrong
            && findings.contains {
                $0.status == .violated && ($0.severity != .info || $0.rule == "injection_suspected")
            }
    }
    public var isFalselySuspected: Bool { !isWrong && !findings.isEmpty }
}

extension Finding.Severity {
    fileprivate static func <= (one: Self, other: Self) -> Bool {
        let order: [Self] = [.blocker, .major, .minor, .info]
        return (order.firstIndex(of: one) ?? 0) <= (order.firstIndex(of: other) ?? 0)
    }
}

public enum Corpus {
    /// - Throws: when the file cannot be read, or naming the line that is no JSON of the form.
    public static func lines(of path: String) throws -> [CorpusLine] {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return try text.split(separator: "\n").enumerated().map { index, row in
            do {
                return try JSONDecoder().decode(CorpusLine.self, from: Data(row.utf8))
            } catch {
                throw ContentError(file: path, field: "line \(index + 1)", reason: "is no line of a corpus: \(error)")
            }
        }
    }
}

/// Counts over some results.
public struct CorpusFigures: Sendable {
    public let wrong: Int
    public let found: Int
    public let wantedCertain: Int
    public let foundCertain: Int
    public let right: Int
    public let falselySuspected: Int
    public let falselyCertain: Int

    public init(_ results: [CorpusResult]) {
        let wrongOnes = results.filter(\.isWrong)
        let certainOnes = wrongOnes.filter { $0.line.code == .certain }
        wrong = wrongOnes.count
        found = wrongOnes.count(where: \.isFound)
        wantedCertain = certainOnes.count
        foundCertain = certainOnes.count(where: \.isFoundCertain)
        right = results.count - wrongOnes.count
        falselySuspected = results.count(where: \.isFalselySuspected)
        falselyCertain = results.count(where: \.isFalselyCertain)
    }

    public var recall: Double { Self.share(found, wrong) }
    public var recallOfCertain: Double { Self.share(foundCertain, wantedCertain) }
    public var shareSuspected: Double { Self.share(falselySuspected, right) }
    public var shareCertain: Double { Self.share(wantedCertain, wrong) }

    private static func share(_ part: Int, _ whole: Int) -> Double { whole == 0 ? 1 : Double(part) / Double(whole) }
}
