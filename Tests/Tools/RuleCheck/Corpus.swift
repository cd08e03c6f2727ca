public import Compliance
public import Domain
import Foundation

/// An utterance with its expected findings. A corpus file has one of them per line, as JSON.
public struct CorpusLine: Codable, Sendable {
    public enum Tier: String, Codable, Sendable {
        case certain, suspected, none
    }

    public var text: String
    /// ISO 639-1 code.
    public var lang: String
    /// The customer's utterance before it.
    public var before: String?
    /// The rules that the utterance breaks, `rule/entry`; `a|b` means either. Empty for a correct utterance.
    public var expect: [String]
    /// The finding must be at least this severe.
    public var severity: Finding.Severity?
    /// What phrase matching alone must give; nil if any finding is enough.
    public var code: Tier?
    /// How a reader should understand the utterance: `asserted`, `denied`, `reported`, `question`, `referral`, `other`.
    /// Kept for measuring a model; nothing here computes it.
    public var review: String?
    public var note: String?
}

/// The rules' findings about one utterance, compared with the expected ones.
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
        // Findings that depend on the conversation before count only where they are expected.
        let ofTalk: Set<Finding.Rule> = [.greeting, .needsBeforePitch, .ageCheck]
        findings = rules.findings().filter { finding in
            [.violated, .suspected].contains(finding.status)
                && (!ofTalk.contains(finding.rule) || expected.contains(finding.rule.rawValue))
        }
    }

    public var isWrong: Bool { !line.expect.isEmpty }

    private func finds(_ expected: String, _ status: Finding.Status? = nil) -> Bool {
        let names = expected.split(separator: "|").map(String.init)
        return findings.contains { finding in
            (status == nil || finding.status == status)
                && (names.contains("\(finding.rule)/\(finding.id)") || names.contains(finding.rule.rawValue))
        }
    }

    /// Every rule that the utterance breaks was found, certain or suspected, with at least the expected severity.
    public var isFound: Bool {
        isWrong && line.expect.allSatisfy { finds($0) }
            && (line.severity.map { wanted in findings.contains { $0.severity <= wanted } } ?? true)
    }

    /// A rule that the utterance breaks was found with certainty.
    public var isFoundCertain: Bool { line.expect.contains { finds($0, .violated) } }
    /// A correct utterance that phrase matching alone reports as a certain violation.
    public var isFalselyCertain: Bool {
        !isWrong
            && findings.contains {
                $0.status == .violated && ($0.severity != .info || $0.rule == .injectionSuspected)
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
    /// - Throws: if the file cannot be read; `ContentError` with the line number if a line is invalid.
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

/// Counts over a set of results.
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
