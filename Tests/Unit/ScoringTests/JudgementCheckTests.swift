import Compliance
import Domain
import OpenAI
import Testing

@testable import ScoringService

@Suite struct JudgementCheckTests {
    func checked(
        _ answer: ScoringAnswer, transcript: [Utterance] = Fixture.talk, findings: [Finding] = [], turns: Int = 3
    ) throws -> CheckedJudgement {
        try JudgementCheck(
            rubric: Fixture.rubric, steps: ["greeting", "age_check", "close"], transcript: transcript,
            findings: findings, turns: turns, isEvidence: { $0.split(separator: " ").count > 2 }, claims: catalogClaims,
            maySay: { (try? Fixture.catalog())?.maySay($0, language: "en") ?? false }
        ).checked(answer)
    }

    private let catalogClaims: @Sendable (String) -> [Finding] = { text in
        (try? Fixture.catalog())?.claims(in: text, language: "en") ?? []
    }

    func finding(_ rule: Finding.Rule, _ severity: Finding.Severity, _ status: Finding.Status = .violated) -> Finding {
        Finding(
            rule: rule, status: status, severity: severity, message: "That was \(rule).",
            evidence: Evidence(eventId: "e1"),
            time: 1)
    }

    @Test func `a valid answer is kept unchanged`() throws {
        let result = try checked(Fixture.answer())
        #expect(result.details.map(\.score) == [80, 70, 60])
        #expect(result.overall == 73)
        #expect(result.flags.isEmpty)
        #expect(
            result.details.allSatisfy {
                !$0.capped && $0.evidence == [Evidence(utteranceId: "u3", text: "Twenty years, that is loyalty")]
            })
    }

    @Test func `scores out of range are clamped`() throws {
        let result = try checked(
            Fixture.answer([
                "empathy": Fixture.category(.max), "argumentQuality": Fixture.category(.min),
                "compliance": Fixture.category(101),
            ]))
        #expect(result.details.map(\.score) == [100, 0, 100])
        #expect(result.flags == ["score_clamped"])
    }

    @Test func `a category whose quotes were never said is capped`() throws {
        for quotes in [
            [("u3", "Twenty years, what loyalty")], [("u1", "Twenty years, that is loyalty")],
            [("u99", "Good morning")], [],
            // The customer's words are no evidence of what the trainee did.
            [("u2", "For twenty years")], [("u3", String(repeating: "Twenty years ", count: 100_000))],
        ] {
            var answer = Fixture.answer()
            answer.categories["empathy"] = Fixture.category(95, quotes)
            let empathy = try checked(answer).details[0]
            #expect(empathy.score == JudgementCheck.unsupportedCap)
            #expect(empathy.capped)
        }
    }

    @Test func `an age check proven by an event supports compliance`() throws {
        var answer = Fixture.answer()
        answer.categories["compliance"] = Fixture.category(90, [])
        #expect(try checked(answer).details[2].score == 40)
        let compliance = try checked(answer, findings: [finding("age_check", .info, .satisfied)]).details[2]
        #expect(compliance.score == 90)
        #expect(compliance.evidence == [Evidence(eventId: "e1")])
    }

    @Test func `a low score needs no quote`() throws {
        var answer = Fixture.answer()
        answer.categories["empathy"] = Fixture.category(15, [])
        let result = try checked(answer)
        #expect(result.details[0].score == 15)
        #expect(!result.details[0].capped)
        #expect(result.flags.isEmpty)
    }

    @Test func `a category that is not in the rubric is left out`() throws {
        var answer = Fixture.answer()
        answer.categories["charisma"] = Fixture.category(100)
        #expect(try checked(answer).details.map(\.id) == ["empathy", "argumentQuality", "compliance"])
    }

    @Test func `an answer without one of the rubric's categories is invalid`() throws {
        let error = #expect(throws: OpenAIError.self) {
            try checked(Fixture.answer(["empathy": Fixture.category(80), "compliance": Fixture.category(80)]))
        }
        #expect(error?.code == .invalidAnswer)
    }

    @Test func `one or two turns limit the score`() throws {
        #expect(try checked(Fixture.answer(), turns: 1).details.map(\.score) == [20, 20, 20])
        #expect(try checked(Fixture.answer(), turns: 2).overall == 40)
        #expect(try checked(Fixture.answer(), turns: 2).flags == ["short_conversation"])
        #expect(try checked(Fixture.answer(), turns: 3).overall == 73)
    }

    @Test func `a score that contradicts the rules is capped, and the rationale says why`() throws {
        let result = try checked(Fixture.answer(), findings: [finding("forbidden_word", .blocker)])
        #expect(result.details.map(\.score) == [80, 70, 20])
        #expect(result.details[2].rationale == "He listened. Limited to 20 by the rules: That was forbidden_word.")
        #expect(!result.details[2].capped)
        #expect(result.flags == ["contradicts_rules"])
    }

    @Test func `praise without a valid quote is dropped, and advice without one stays`() throws {
        let result = try checked(
            Fixture.answer(
                highlights: [
                    .init(utteranceId: "u3", quote: "that is loyalty", highlight: "Took his pride seriously."),
                    .init(utteranceId: "u3", quote: "never said this", highlight: "Invented."),
                    .init(utteranceId: nil, quote: nil, highlight: "Unfounded."),
                ],
                improvements: [
                    .init(utteranceId: nil, quote: nil, improvement: "Ask for his date of birth."),
                    .init(utteranceId: "u5", quote: "not said either", improvement: "Ask before offering."),
                    .init(
                        utteranceId: "u5", quote: "less smell on the seats", improvement: "Let him find that himself."),
                    .init(utteranceId: nil, quote: nil, improvement: " \n"),
                    .init(utteranceId: nil, quote: nil, improvement: "A fifth."),
                ]))
        #expect(result.highlights == ["Took his pride seriously. («that is loyalty»)"])
        #expect(
            result.improvements == [
                "Ask for his date of birth.", "Ask before offering.",
                "Let him find that himself. («less smell on the seats»)",
            ])
        #expect(result.flags == ["quotes_dropped"])
        #expect(result.quotes - result.quotesKept == 2)
    }

    @Test func `texts are one line, without hidden characters, and bounded`() throws {
        let result = try checked(
            Fixture.answer(summary: "A\u{202E}\n\u{0}b " + String(repeating: "word ", count: 400_000)))
        #expect(result.summary.hasPrefix("A b word"))
        #expect(result.summary.count <= 901)
        #expect(result.summary.hasSuffix("…"))
    }

    @Test func `advice that breaks a rule is dropped`() throws {
        func advised(_ improvement: String, tryInstead: String?) throws -> CheckedJudgement {
            try checked(
                Fixture.answer(improvements: [
                    .init(utteranceId: nil, quote: nil, improvement: improvement, tryInstead: tryInstead)
                ]))
        }
        let good = try advised("Do not call it safe.", tryInstead: "It contains nicotine, which is addictive.")
        #expect(good.improvements == ["Do not call it safe. Say instead: It contains nicotine, which is addictive."])
        #expect(!good.flags.contains("advice_dropped"))
        let bad = try advised("Reassure him.", tryInstead: "It is completely safe.")
        #expect(bad.improvements == ["Reassure him."])
        #expect(bad.flags.contains("advice_dropped"))
        #expect(try advised("glo is completely safe.", tryInstead: nil).improvements.isEmpty)
    }

    @Test func `a sales step counts only with words of the trainee`() throws {
        func steps(_ steps: [String: ScoringAnswer.Step], _ findings: [Finding] = []) throws -> [SalesStepResult.Status]
        {
            try checked(Fixture.answer(steps: steps), findings: findings).salesSteps.map(\.status)
        }
        let good = ScoringAnswer.Step(utteranceId: "u1", quote: "I am Eva", status: "done")
        let bad = ScoringAnswer.Step(utteranceId: "u2", quote: "For twenty years", status: "done")
        #expect(try steps(["greeting": good, "close": bad]) == [.done, .missed, .missed])
        #expect(
            try steps(["greeting": .init(utteranceId: "u1", quote: "I am Eva", status: "splendid")]) == [
                .missed, .missed, .missed,
            ])
        #expect(try steps([:]) == [.missed, .missed, .missed])
        // The age check depends on the rules' findings.
        #expect(try steps(["age_check": good]) == [.missed, .partial, .missed])
        #expect(try steps([:], [finding("age_check", .info, .satisfied)]) == [.missed, .done, .missed])
        #expect(
            try steps(
                ["age_check": .init(utteranceId: nil, quote: nil, status: "open")],
                [finding("age_check", .info, .satisfied)]) == [.missed, .done, .missed])
        #expect(try steps(["age_check": good], [finding("age_check", .blocker)]) == [.missed, .missed, .missed])
    }
}
