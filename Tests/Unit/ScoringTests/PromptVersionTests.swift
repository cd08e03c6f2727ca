import Domain
import Secrets
import Testing

@testable import Compliance
@testable import OpenAI
@testable import ScoringService

/// Scores state the `promptVersion` that they were made with; a change of a prompt that leaves it alone would make them
/// comparable in error. The content of `Shared/Personas` has versions of its own and takes no part.
@Suite struct PromptVersionTests {
    @Test func `a change of a prompt raises its version`() throws {
        let prompts = try scoring() + review()
        let hash = String(SHA256.hex(of: prompts.joined(separator: "\n")).prefix(16))
        #expect(
            hash == Scorer.promptHash, "The prompt has changed: raise promptVersion and set promptHash to \(hash).")
    }

    private let finding = Finding(
        rule: .forbiddenWord, status: .violated, severity: .major, message: "It was said.",
        evidence: Evidence(utteranceId: "u5", text: "less smell on the seats"), time: 5)

    private func scoring() throws -> [String] {
        let market = Market(
            id: "CZ", name: "Czechia", legalAge: 18, lookUnder: 26, timeZone: "Europe/Prague", proofs: ["passport"],
            existingUser: true, stricter: [], knowledge: "law")
        let step = SalesStep(
            id: "needs", title: "Needs", description: "Asks.", lookFor: ["one", "two"], mistakes: ["three", "four"])
        let prompt = ScoringPrompt(salesSteps: [step], productKnowledge: "- A fact.", markets: [market])
        var record = try Fixture.record(events: [Fixture.ageCheck])
        var rules = RuleSettings()
        rules.market = market.id
        record.rules = rules
        var abroad = record
        abroad.rules?.market = "nowhere"
        let schema = ScoringAnswer.schema(categories: ["empathy"], steps: [step.id])
        let facts = TalkFacts(
            talkShare: 0.5, turns: 2, longestTurnWords: 11, longestTurnSeconds: 4.8, openQuestions: 1,
            closedQuestions: 1, secondsToAgeCheck: 4.5, traineeInterruptions: 0, customerInterruptions: 1)
        return [
            prompt.instructions(for: record), prompt.instructions(for: abroad),
            try prompt.input(for: record, findings: [finding], facts: facts), schema.json.compact,
        ]
    }

    private func review() throws -> [String] {
        let rule = ClaimRule(
            rule: .forbiddenWord, id: "harmless", severity: .major, meaning: "Says so.", wrong: "It is.",
            right: "It is not.", say: "Say less.", subject: .anything, isEvenAsked: false, covers: [], kin: [])
        let places = ReviewPlace.places(of: [finding], in: Fixture.talk)
        let prompt = ReviewPrompt(claims: [rule], places: places)
        return [
            prompt.instructions, try prompt.input(for: Fixture.talk),
            ReviewAnswer.schema(places: places.map(\.name), rules: [rule.id]).json.compact,
        ]
    }
}
