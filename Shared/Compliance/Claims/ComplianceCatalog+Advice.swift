public import Domain
import Foundation

extension ComplianceCatalog {
    /// The rules that a sentence would break if a trainee said it: a model's advice must not be a violation itself.
    /// Empty for a language without rules.
    public func claims(in advice: String, language: String) -> [Finding] {
        var rules = ComplianceRules(
            catalog: self, language: language, settings: RuleSettings(), birthDate: nil, sessionDate: .distantPast)
        rules.take(Utterance(utteranceId: "u1", startTime: 0, endTime: 0, speaker: .trainee, text: advice))
        return rules.findings().filter { [.forbiddenWord, .productClaim].contains($0.rule) }
    }
}
