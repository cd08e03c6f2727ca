import Domain
import Testing

@testable import ScoringService

@Suite struct ScoreWeightsTests {
    func overall(_ parts: [(score: Int, weight: Int)]) -> Int {
        ScoreWeights.overall(
            of: parts.map {
                .init(
                    id: "c", title: "", score: $0.score, weight: $0.weight, rationale: "", evidence: [], capped: false)
            })
    }

    @Test func `the overall score is the weighted mean, halves rounded up`() {
        #expect(overall([(80, 50), (70, 30), (60, 20)]) == 73)
        #expect(overall([(0, 50), (1, 50)]) == 1)
        #expect(overall([(0, 51), (1, 49)]) == 0)
        #expect(overall([(100, 20), (100, 80)]) == 100)
        #expect(overall([(0, 100)]) == 0)
    }

    @Test func `weights are relative to their sum, and equal if none is positive`() {
        #expect(overall([(80, 5), (60, 5)]) == 70)
        #expect(overall([(80, 0), (61, 0)]) == 71)
        #expect(overall([(80, -5), (60, 5)]) == 60)
        #expect(overall([]) == 0)
    }
}

@Suite struct RuleCapsTests {
    func finding(_ rule: Finding.Rule, _ severity: Finding.Severity, _ status: Finding.Status = .violated) -> Finding {
        Finding(rule: rule, status: status, severity: severity, message: "\(rule)!", evidence: Evidence(), time: 0)
    }

    @Test(arguments: [
        ("compliance", Finding.Rule.forbiddenWord, Finding.Severity.blocker, Int?.some(20)),
        ("compliance", "forbidden_word", .major, 40), ("compliance", "forbidden_word", .minor, nil),
        ("compliance", "age_check", .minor, 60), ("argumentQuality", "product_claim", .major, 60),
        ("argumentQuality", "product_claim", .minor, nil), ("argumentQuality", "forbidden_word", .blocker, nil),
        ("needsDiscovery", "needs_before_pitch", .minor, 60), ("empathy", "forbidden_word", .blocker, nil),
        ("compliance", "injection_suspected", .info, nil),
    ])
    func `each violation caps the category that it belongs to`(
        category: String, rule: Finding.Rule, severity: Finding.Severity, cap: Int?
    ) {
        #expect(RuleCaps.cap(of: category, by: [finding(rule, severity)])?.score == cap)
        #expect(RuleCaps.cap(of: category, by: [finding(rule, severity, .satisfied)]) == nil)
    }

    @Test func `the lowest cap applies`() {
        let findings = [
            finding("age_check", .minor), finding("forbidden_word", .blocker), finding("product_claim", .major),
        ]
        #expect(RuleCaps.cap(of: "compliance", by: findings) == .init(score: 20, reason: "forbidden_word!"))
    }
}

@Suite struct OutcomeAdjudicationTests {
    struct Line: Sendable, CustomTestStringConvertible {
        var voice: Outcome?
        var supervisor: Outcome?
        var attitude: Int
        var convertsAt = 7
        var blocker = false
        var showsSale = false
        var relay: Outcome? = .rejected
        var trigger = "end_session"
        var outcome: Outcome

        var testDescription: String {
            "voice \(voice?.rawValue ?? "-") supervisor \(supervisor?.rawValue ?? "-") at \(attitude): \(outcome)"
        }
    }

    @Test(arguments: [
        // 1: a sale with a blocker is no sale
        Line(voice: .converted, supervisor: .converted, attitude: 10, blocker: true, outcome: .rejected),
        // 2
        Line(voice: .converted, supervisor: .converted, attitude: 7, outcome: .converted),
        Line(voice: .converted, attitude: 7, outcome: .converted),
        Line(supervisor: .converted, attitude: 8, showsSale: true, outcome: .converted),
        // A supervisor that is hijacked: its own claim, and its own attitude.
        Line(supervisor: .converted, attitude: 10, outcome: .rejected),
        Line(supervisor: .converted, attitude: 6, showsSale: true, outcome: .rejected),
        Line(supervisor: .converted, attitude: 8, blocker: true, showsSale: true, outcome: .rejected),
        Line(attitude: 10, showsSale: true, outcome: .rejected),
        Line(voice: .converted, supervisor: .rejected, attitude: 7, outcome: .converted),
        Line(voice: .converted, attitude: 5, convertsAt: 5, outcome: .converted),
        // 3
        Line(voice: .converted, supervisor: .converted, attitude: 6, outcome: .rejected),
        Line(voice: .converted, attitude: 2, outcome: .rejected),
        Line(voice: .converted, attitude: 8, convertsAt: 9, outcome: .rejected),
        // 4 and 5
        Line(voice: .walkedAway, supervisor: .rejected, attitude: 1, outcome: .walkedAway),
        Line(voice: .rejected, supervisor: .walkedAway, attitude: 2, outcome: .rejected),
        // 6
        Line(voice: .walkedAway, attitude: 8, outcome: .walkedAway),
        Line(supervisor: .rejected, attitude: 0, outcome: .rejected),
        Line(voice: .rejected, supervisor: .rejected, attitude: 9, blocker: true, outcome: .rejected),
        // 7
        Line(attitude: 6, trigger: "client_lost", outcome: .walkedAway),
        Line(attitude: 1, outcome: .walkedAway),
        // 8
        Line(attitude: 6, outcome: .rejected), Line(attitude: 6, relay: .walkedAway, outcome: .walkedAway),
        Line(attitude: 9, relay: .converted, outcome: .rejected),
        Line(attitude: 4, relay: nil, outcome: .rejected),
    ])
    func `the outcome follows the decision table`(line: Line) {
        let outcome = OutcomeAdjudication.outcome(
            .init(
                voiceModel: line.voice, supervisor: line.supervisor, relay: line.relay,
                endTrigger: EndTrigger(rawValue: line.trigger),
                attitude: line.attitude, convertsAt: line.convertsAt, hasBlocker: line.blocker,
                showsSale: line.showsSale))
        #expect(outcome == line.outcome)
    }

    @Test func `a hijacked supervisor alone makes no sale, unless scoring finds the steps of one`() throws {
        var record = try Fixture.record(attitude: 10, trigger: "supervisor:converted")
        record.outcomeClaims = [OutcomeClaim(source: .supervisor, outcome: .converted, time: 2)]
        let claims = OutcomeAdjudication.claims(of: record)
        func outcome(_ steps: [SalesStepResult]) -> Outcome {
            OutcomeAdjudication.outcome(
                OutcomeAdjudication.facts(
                    of: record, claims: claims, findings: [], showsSale: OutcomeAdjudication.showsSale(steps)))
        }
        func step(_ id: String, _ status: SalesStepResult.Status, _ words: String?) -> SalesStepResult {
            SalesStepResult(
                id: id, status: status, evidence: words.map { [Evidence(utteranceId: "u1", text: $0)] } ?? [])
        }
        let shown = [
            step("greeting", .done, "Good day"), step("needs", .partial, "What do you smoke"),
            step("close", .done, "Shall we try one"),
        ]
        #expect(outcome(shown) == .converted)
        #expect(outcome([]) == .rejected)
        #expect(outcome(shown.map { step($0.id, $0.status, nil) }) == .rejected)
        #expect(outcome(Array(shown.prefix(2))) == .rejected)
        let facts = OutcomeAdjudication.facts(of: record, claims: claims, findings: [])
        #expect(facts.isDisputed(by: OutcomeAdjudication.outcome(facts)))
    }

    @Test func `the end trigger is a claim, and the last claim of a source counts`() throws {
        var record = try Fixture.record(trigger: "supervisor:walked_away")
        record.outcomeClaims = [
            OutcomeClaim(source: .client, outcome: .converted, time: 1),
            OutcomeClaim(source: .supervisor, outcome: .converted, time: 2),
        ]
        let claims = OutcomeAdjudication.claims(of: record)
        #expect(claims.map(\.outcome) == [.converted, .converted, .walkedAway])
        let facts = OutcomeAdjudication.facts(of: record, claims: claims, findings: [])
        #expect(OutcomeAdjudication.outcome(facts) == .walkedAway)
    }

    @Test func `a client's claim never makes a sale`() throws {
        var record = try Fixture.record(attitude: 9, trigger: "end_session")
        record.outcomeClaims = [OutcomeClaim(source: .client, outcome: .converted, time: 1)]
        let claims = OutcomeAdjudication.claims(of: record)
        let facts = OutcomeAdjudication.facts(of: record, claims: claims, findings: [])
        #expect(OutcomeAdjudication.outcome(facts) == .rejected)
    }

    @Test func `an outcome that differs from the claim is flagged`() throws {
        let record = try Fixture.record(attitude: 2)
        let claims = OutcomeAdjudication.claims(of: record)
        let facts = OutcomeAdjudication.facts(of: record, claims: claims, findings: [])
        #expect(OutcomeAdjudication.outcome(facts) == .rejected)
        #expect(facts.isDisputed(by: .rejected))
        #expect(!facts.isDisputed(by: .converted))
    }
}
