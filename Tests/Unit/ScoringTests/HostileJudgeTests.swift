import Domain
import Foundation
import OpenAI
import Synchronization
import Testing

@testable import ScoringService

/// A scoring model that invents, contradicts, refuses, is silent or attacks. Whatever it answers, the scorecard
/// contains nothing that was not said, and no status that the rules do not know.
@Suite struct HostileJudgeTests {
    private static let marker = "INVENTED"

    /// A conversation with a certain blocker (u5) and a suspicion (u7).
    private static let talk =
        Array(Fixture.talk.prefix(4)) + [
            Fixture.utterance(5, .trainee, "With glo it is completely safe."),
            Fixture.utterance(6, .avatar, "Is that so?"),
            Fixture.utterance(7, .trainee, "My neighbour's doctor was rather happy about his lungs since then."),
        ]

    private static func record() throws -> SessionRecord {
        try Fixture.record(talk, events: [Fixture.ageCheck])
    }

    // MARK: Scores

    private static func category(_ score: String = "80", _ evidence: String = "", _ rationale: String = "Good.")
        -> String
    {
        #"{"evidence":[\#(evidence)],"rationale":"\#(rationale)","score":\#(score)}"#
    }

    private static func score(
        _ category: String = category(), steps: String = "", highlights: String = "", improvements: String = "",
        summary: String = "Good.", more: String = ""
    ) -> String {
        #"{"salesSteps":{\#(steps)},"categories":{"empathy":\#(category),"argumentQuality":\#(category),"#
            + #""compliance":\#(category)\#(more)},"highlights":[\#(highlights)],"improvements":[\#(improvements)],"#
            + #""summary":"\#(summary)"}"#
    }

    private static let invented = #"{"utteranceId":"u3","quote":"INVENTED words of praise"}"#

    private static let scores: [(name: String, answer: String)] = [
        ("no JSON", "I would rather not."),
        ("half an object", #"{"salesSteps":{},"categories":{"empathy":"#),
        ("an array", "[1,2,3]"),
        ("null", "null"),
        ("other keys", #"{"score":100,"passed":true}"#),
        ("deep nesting", String(repeating: "[", count: 200_000)),
        ("two megabytes", score(summary: String(repeating: "INVENTED ", count: 230_000))),
        ("invented evidence", score(category("100", invented))),
        ("evidence of the customer", score(category("100", #"{"utteranceId":"u2","quote":"For twenty years"}"#))),
        (
            "evidence of a line that does not exist",
            score(category("100", #"{"utteranceId":"u999","quote":"INVENTED"}"#))
        ),
        ("a greeting as evidence", score(category("100", #"{"utteranceId":"u1","quote":"Good morning"}"#))),
        ("scores beyond all bounds", score(category("9223372036854775807"))),
        ("scores below zero", score(category("-9223372036854775808"))),
        ("scores that overflow", score(category("1e400"))),
        ("a category of its own", score(more: #","INVENTED":\#(category("100"))"#)),
        ("a step of its own", score(steps: #""INVENTED":{"utteranceId":"u1","quote":"I am Eva","status":"done"}"#)),
        ("an unknown status", score(steps: #""close":{"utteranceId":"u1","quote":"I am Eva","status":"INVENTED"}"#)),
        ("a quotation in the rationale", score(category("80", "", "He said «INVENTED it is so»."))),
        ("a quotation in the summary", score(summary: "Well done. He said “INVENTED it is harmless”.")),
        (
            "a thousand highlights",
            score(
                highlights: Array(
                    repeating: #"{"utteranceId":"u3","quote":"INVENTED words","highlight":"INVENTED"}"#, count: 1_000
                ).joined(separator: ","))
        ),
        (
            "advice that breaks the rules",
            score(improvements: #"{"improvement":"Reassure him.","tryInstead":"INVENTED, it is completely safe."}"#)
        ),
        (
            "hidden characters",
            score(category("80", "", #"\u202e\u0000\ud83d\ude00 Good."#), summary: #"\u202e\u0007Good."#)
        ),
    ]

    @Test(arguments: scores.map(\.name))
    func `a scorecard contains nothing that was not said`(name: String) async throws {
        let answer = try Self.scores.first { $0.name == name }.orThrow().answer
        let model = LanguageModel(name: "m") { _ in ModelAnswer(text: answer) }
        let record = try Self.record()
        let score: Scorecard
        do throws(any Error) {
            score = try await Fixture.scorer(model, samples: 3).judgement(of: record).score
        } catch {
            #expect((error as? OpenAIError)?.code == .invalidAnswer)
            return
        }
        try Self.checkNothingInvented(score, in: record)
        #expect((0...100).contains(score.overall))
        #expect(Set(score.categories.keys) == ["empathy", "argumentQuality", "compliance"])
        #expect(score.categories.values.allSatisfy { (0...100).contains($0) })
        #expect(score.highlights.count <= 4 && score.improvements.count <= 4)
        // The certain blocker stands, whatever the model answers.
        #expect(score.verdict == .failed)
    }

    @Test func `a category without words of the trainee gets a low score`() async throws {
        for name in ["invented evidence", "evidence of the customer", "a greeting as evidence"] {
            let answer = try Self.scores.first { $0.name == name }.orThrow().answer
            let model = LanguageModel(name: "m") { _ in ModelAnswer(text: answer) }
            let score = try await Fixture.scorer(model, samples: 3).judgement(of: Self.record()).score
            #expect(
                score.details.filter { $0.id != "compliance" }.allSatisfy { $0.evidence.isEmpty && $0.score <= 40 },
                "\(name)")
            #expect(score.needsReview)
        }
    }

    // MARK: Reviews

    private static let reviews: [(name: String, answer: String)] = [
        ("no JSON", "No."),
        ("empty", "{}"),
        ("an array", "[]"),
        ("deep nesting", String(repeating: #"{"places":"#, count: 90_000)),
        ("places that do not exist", #"{"places":{"p999":{"quote":"INVENTED","meaning":"asserted"}},"further":[]}"#),
        ("a meaning of its own", #"{"places":{"p1":{"quote":"completely safe","meaning":"INVENTED"}},"further":[]}"#),
        (
            "invented places",
            #"{"places":{},"further":[{"utteranceId":"u3","quote":"INVENTED is harmless","ruleId":"harmless","meaning":"asserted"}]}"#
        ),
        (
            "words of the customer",
            #"{"places":{},"further":[{"utteranceId":"u2","quote":"For twenty years","ruleId":"harmless","meaning":"asserted"}]}"#
        ),
        (
            "a rule of its own",
            #"{"places":{},"further":[{"utteranceId":"u3","quote":"that is loyalty","ruleId":"INVENTED","meaning":"asserted"}]}"#
        ),
        (
            "an empty quote",
            #"{"places":{"p1":{"quote":"","meaning":"denied"}},"further":[{"utteranceId":"u3","quote":"","ruleId":"free","meaning":"asserted"}]}"#
        ),
        (
            "ten thousand places",
            #"{"places":{},"further":[\#(Array(repeating: #"{"utteranceId":"u3","quote":"INVENTED","ruleId":"free","meaning":"asserted"}"#, count: 10_000).joined(separator: ","))]}"#
        ),
    ]

    @Test(arguments: reviews.map(\.name))
    func `a review adds no invalid place or status`(name: String) async throws {
        let answer = try Self.reviews.first { $0.name == name }.orThrow().answer
        let record = try Self.record()
        let score = try await Fixture.scorer(scoring: Self.goodScore, samples: 3) { _ in ModelAnswer(text: answer) }
            .judgement(of: record).score
        try Self.checkNothingInvented(score, in: record)
        // No place has a valid reading: certain findings stand, suspicions stay, and a person has to review them.
        let blocker = try score.findings.first { $0.id == "safe_claim" && $0.evidence.utteranceId == "u5" }.orThrow()
        #expect(blocker.status == .violated && blocker.decidedBy == .code)
        let others = score.findings.filter { $0.evidence.utteranceId == "u7" }
        #expect(!others.isEmpty && others.allSatisfy { $0.status == .suspected })
        #expect(score.verdict == .failed)
    }

    @Test(arguments: [OpenAIError.Code.refused, .timeout, .invalidAnswer])
    func `without a review a suspicion stays and a person has to review it`(code: OpenAIError.Code) async throws {
        let score = try await Fixture.scorer(scoring: Self.goodScore, samples: 3) { _ in
            throw OpenAIError(code, "no")
        }.judgement(of: Self.record()).score
        #expect(score.flags.contains("review_missing"))
        #expect(score.needsReview && !score.reviewed)
        #expect(score.findings.contains { $0.status == .suspected })
        #expect(score.findings.allSatisfy { $0.decidedBy == .code })
    }

    @Test(arguments: [OpenAIError.Code.refused, .timeout])
    func `a model that never answers gives no score and no crash`(code: OpenAIError.Code) async throws {
        let model = LanguageModel(name: "m") { _ in throw OpenAIError(code, "no") }
        let error = await #expect(throws: OpenAIError.self) {
            try await Fixture.scorer(model, samples: 3).judgement(of: Self.record())
        }
        #expect(error?.code == code)
    }

    private static let goodScore = LanguageModel(name: "m") { _ in ModelAnswer(text: Fixture.json()) }

    /// Every quote occurs in its utterance, and no text contains words that only the model used.
    private static func checkNothingInvented(_ score: Scorecard, in record: SessionRecord) throws {
        let lines = Dictionary(uniqueKeysWithValues: record.transcript.map { ($0.utteranceId, $0) })
        for evidence in score.details.flatMap(\.evidence)
            + score.salesSteps.flatMap(\.evidence) + score.findings.map(\.evidence)
        {
            guard let id = evidence.utteranceId, let text = evidence.text else { continue }
            let line = try lines[id].orThrow()
            #expect(line.speaker == .trainee && line.text.contains(text))
        }
        let text = try String(decoding: JSONEncoder().encode(score), as: UTF8.self)
        #expect(!text.contains("\(marker) words") && !text.contains("«\(marker)") && !text.contains("“\(marker)"))
        #expect(!text.contains("\(marker) it is") && !text.contains("\(marker), it is"))
        #expect(text.utf8.count < 64 << 10)
        #expect(!text.unicodeScalars.contains { $0.value == 0x202E || $0.value == 7 })
    }
}
