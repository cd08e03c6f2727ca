public import Domain
import Foundation

/// A model's advice must not be a violation itself.
extension ComplianceCatalog {
    /// The rules that a sentence would break if a trainee said it. It is read in every language that has rules, since a
    /// model may write in another than it was asked to. A mere suspicion counts in the call's language and in English, in
    /// which models think: read in another one, harmless words look like others.
    public func claims(in advice: String, language: String) -> [Finding] {
        languages.flatMap { reading in
            findings(in: advice, language: reading).filter {
                $0.status == .violated || reading == language || reading == Self.modelsOwn
            }
        }
    }

    private static let modelsOwn = "en"

    private func findings(in advice: String, language: String) -> [Finding] {
        var rules = ComplianceRules(
            catalog: self, language: language, settings: RuleSettings(), birthDate: nil, sessionDate: .distantPast)
        rules.take(Utterance(utteranceId: "u1", startTime: 0, endTime: 0, speaker: .trainee, text: advice))
        return rules.findings().filter { [.forbiddenWord, .productClaim].contains($0.rule) }
    }

    /// Whether a trainee may be told to say this: no rule is broken, nor suspected to be, the customer is not let off the
    /// age check, and nothing in it is meant for a model. False in a language without rules, in which nothing can be
    /// checked.
    public func maySay(_ line: String, language: String) -> Bool {
        rules(for: language) != nil && claims(in: line, language: language).isEmpty && !suspectsInjection(in: line)
            && ![language, Self.modelsOwn].contains { letsOffAgeCheck(line, language: $0) }
    }

    /// «You don't need to show me your ID.»
    private func letsOffAgeCheck(_ line: String, language: String) -> Bool {
        guard let rules = rules(for: language) else { return false }
        return !rules.cues.notAgeQuestion.matches(in: Reading(line, grammar: rules.grammar)).isEmpty
    }
}
