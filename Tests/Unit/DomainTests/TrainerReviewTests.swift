import Domain
import Foundation
import Testing

/// What a person decides about a score, and what follows from it.
@Suite struct TrainerReviewTests {
    private static let now = Date(timeIntervalSince1970: 1_730_030_000)

    private static func finding(
        _ id: String, _ status: Finding.Status, _ severity: Finding.Severity = .blocker
    ) -> Finding {
        Finding(
            findingId: id, rule: .forbiddenWord, status: status, severity: severity, message: "\(id)!",
            evidence: Evidence(utteranceId: "u2", text: "free"), time: 4)
    }

    /// 40 × 60 + 40 × 70 + 20 × 20 over 100: 56 points.
    private static func machine(findings: [Finding] = [], flags: [String] = [], revision: Int = 1) -> Scorecard {
        let details = [("empathy", 40, 60), ("argumentQuality", 40, 70), ("compliance", 20, 20)].map {
            Scorecard.CategoryJudgement(
                id: $0, title: $0, score: $2, weight: $1, rationale: "", evidence: [], capped: false)
        }
        var card = Scorecard(
            overall: 56, categories: ["empathy": 60, "argumentQuality": 70, "compliance": 20], highlights: [],
            improvements: [], summary: "", verdict: .pending, failReasons: [], outcome: .rejected, details: details,
            salesSteps: [], findings: findings, samples: [56], spread: 0, needsReview: false, flags: flags,
            revision: revision, model: "m", rubricVersion: 1, promptVersion: 1)
        ScoreVerdict.decide(&card)
        return card
    }

    private static func record(claims: [OutcomeClaim] = []) throws -> SessionRecord {
        let category = Rubric.Category(id: "empathy", title: "Empathy", weight: 100, description: "", levels: [])
        let scenario = Scenario(id: "s", title: "s", description: "", goal: "", situation: "")
        let persona = Persona(
            id: "p", version: 1, name: "Karel", type: "", age: 45, language: "en", description: "", voice: "v",
            initialAttitude: 2, traits: [], objections: [], attitudeRules: [], realtimePrompt: "", supervisorPrompt: "",
            scoringPrompt: "", productKnowledge: "", rubric: Rubric(version: 1, categories: [category]),
            scenarios: [scenario])
        var record = SessionRecord(
            NewSession(
                traineeId: "anna", persona: persona, scenario: scenario, client: "c", metadata: [:], tokenHash: "",
                createdBy: "unity", idempotency: nil), id: try #require(SessionID(number: 1)), at: now)
        record.outcomeClaims = claims
        record.finalAttitude = 9
        return record
    }

    private static func step(
        _ scores: [(String, Int, TrainerReview.Reason?)], revision: Int = 0
    ) -> ReviewStep {
        ReviewStep(
            revision: revision, categories: scores.map { .init(id: $0, score: $1, reason: $2, note: "because") })
    }

    private static func after(
        _ step: ReviewStep, of card: Scorecard = machine(), from review: TrainerReview = TrainerReview(),
        isBlind: Bool = false, by person: String = "coach"
    ) throws(ReviewRefusal) -> TrainerReview {
        try review.after(step, of: card, isBlind: isBlind, by: person, at: now)
    }

    @Test func `a person's scores count, by the machine's weights, and the machine's stand beside them`() throws {
        let review = try Self.after(Self.step([("empathy", 90, .tooLow), ("argumentQuality", 50, .tooHigh)]))
        let card = Self.machine().reviewed(by: review, in: try Self.record())
        #expect(card.overall == 60, "(40 × 90 + 40 × 50 + 20 × 20) / 100")
        #expect(card.verdict == .passed, "the machine's 56 points were not enough")
        #expect(card.categories == ["empathy": 90, "argumentQuality": 50, "compliance": 20])
        #expect(card.details.map(\.machineScore) == [60, 70, nil])
        #expect(card.details[0].correction?.by == "coach")
        #expect(card.machine?.overall == 56)
        #expect(card.machine?.verdict == .failed)
        #expect(card.machine?.categories["empathy"] == 60)
        #expect(card.reviewedBy == "coach")
        #expect(card.reviewedAt == Self.now)
    }

    @Test func `caps and blockers of the rules hold for people too`() throws {
        let card = Self.machine(findings: [Self.finding("u2.free", .violated)])
        let review = try Self.after(Self.step([("compliance", 95, .tooLow), ("empathy", 95, .tooLow)]), of: card)
        let reviewed = card.reviewed(by: review, in: try Self.record())
        #expect(reviewed.categories["compliance"] == 20)
        #expect(reviewed.details[2].correction?.score == 95, "what was given is kept")
        #expect(reviewed.overall >= reviewed.passMark)
        #expect(reviewed.verdict == .failed)
    }

    @Test func `a short conversation proves little to people too`() throws {
        var card = Self.machine()
        card.facts = TalkFacts(
            talkShare: 0.5, turns: 1, longestTurnWords: 5, longestTurnSeconds: 2, openQuestions: 0,
            closedQuestions: 0, secondsToAgeCheck: nil, traineeInterruptions: 0, customerInterruptions: 0)
        let review = try Self.after(Self.step([("empathy", 90, .tooLow)]), of: card)
        #expect(card.reviewed(by: review, in: try Self.record()).categories["empathy"] == 20)
    }

    @Test func `a dismissed blocker fails nothing, and the sale counts again`() throws {
        let sale = OutcomeClaim(source: .voiceModel, outcome: .converted, time: 50)
        let card = Self.machine(findings: [Self.finding("u2.free", .disputed), Self.finding("u4.safe", .violated)])
        #expect(card.verdict == .failed)
        let decisions = ["u2.free", "u4.safe"].map {
            ReviewStep.Decision(findingId: $0, decision: .dismissed, note: "asked, not said")
        }
        let step = ReviewStep(
            revision: 0, categories: [.init(id: "empathy", score: 95, reason: .tooLow)], findings: decisions)
        let reviewed = card.reviewed(
            by: try Self.after(step, of: card), in: try Self.record(claims: [sale]))
        #expect(reviewed.verdict == .passed)
        #expect(reviewed.findings.allSatisfy { $0.status == .dismissed && $0.decidedBy == .person })
        #expect(reviewed.findings[0].reason == "asked, not said")
        #expect(reviewed.outcome == .converted)
        #expect(reviewed.machine?.outcome == .rejected)
        #expect(!reviewed.needsReview)
    }

    @Test func `an upheld suspicion fails the session and caps the category`() throws {
        var card = Self.machine(findings: [Self.finding("u2.free", .suspected)])
        card.details[2].score = 80
        card.categories["compliance"] = 80
        card.overall = 68
        ScoreVerdict.decide(&card)
        #expect(card.verdict == .pending)
        let step = ReviewStep(revision: 0, findings: [.init(findingId: "u2.free", decision: .upheld)])
        let reviewed = card.reviewed(by: try Self.after(step, of: card), in: try Self.record())
        #expect(reviewed.verdict == .failed)
        #expect(reviewed.categories["compliance"] == 20)
        #expect(reviewed.details[2].machineScore == 80)
        #expect(!reviewed.needsReview)
        #expect(!reviewed.flags.contains("decision_pending"))
    }

    @Test func `what nobody settled stays open`() throws {
        var card = Self.machine(
            findings: [Self.finding("u2.free", .suspected), Self.finding("u4.safe", .suspected)])
        card.passMark = 50
        let step = ReviewStep(revision: 0, findings: [.init(findingId: "u2.free", decision: .dismissed)])
        let reviewed = card.reviewed(by: try Self.after(step, of: card), in: try Self.record())
        #expect(reviewed.verdict == .pending)
        #expect(reviewed.needsReview)
    }

    @Test func `looking is enough for what only asked for a look`() throws {
        var card = Self.machine(flags: ["samples_disagree", "words_missing"])
        card.passMark = 50
        ScoreVerdict.decide(&card)
        #expect(card.needsReview && card.verdict == .pending)
        let reviewed = card.reviewed(by: try Self.after(Self.step([])), in: try Self.record())
        #expect(!reviewed.needsReview)
        #expect(reviewed.verdict == .passed)
        #expect(reviewed.overall == card.overall)
    }

    @Test func `a later judgement of the machine keeps the person's numbers and says that its own changed`() throws {
        let review = try Self.after(Self.step([("empathy", 90, .tooLow)]))
        var later = Self.machine(revision: 3)
        later.details[0].score = 10
        later.categories["empathy"] = 10
        let card = later.reviewed(by: review, in: try Self.record())
        #expect(card.categories["empathy"] == 90)
        #expect(card.machine?.categories["empathy"] == 10)
        #expect(card.machine?.changedSince == true)
        #expect(card.needsReview && card.flags.contains("machine_changed"))
        let again = try Self.after(
            Self.step([("empathy", 90, .tooLow)], revision: 1), of: later, from: review, by: "other")
        #expect(later.reviewed(by: again, in: try Self.record()).machine?.changedSince == nil)
        #expect(again.categories[0].by == "coach", "what the second one left alone is still the first one's")
    }

    @Test func `a correction that was kept has to fit the machine's new score`() throws {
        let review = try Self.after(Self.step([("empathy", 60, .accurate), ("argumentQuality", 90, .tooLow)]))
        var later = Self.machine(revision: 2)
        later.categories = ["empathy": 10, "argumentQuality": 80, "compliance": 20]
        let refusal = #expect(throws: ReviewRefusal.self) {
            try Self.after(Self.step([("empathy", 60, .accurate)], revision: 1), of: later, from: review)
        }
        guard case .invalid("/categories/0/reason", _) = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        let kept = try Self.after(
            Self.step([("argumentQuality", 90, nil)], revision: 1), of: later, from: review, by: "other")
        #expect(kept.categories.map(\.machine) == [80])
        #expect(kept.categories.map(\.reason) == [.tooLow])
        #expect(kept.categories.map(\.by) == ["coach"])
    }

    // MARK: One document

    @Test func `a score that the person did not see is not confirmed`() throws {
        let card = Self.machine(revision: 2)
        var step = ReviewStep(revision: 0, scoreRevision: 1, categories: [])
        #expect(throws: ReviewRefusal.judgedAgain(revision: 2)) { try Self.after(step, of: card) }
        step.scoreRevision = 2
        #expect(try Self.after(step, of: card).reviewedRevision == 2)
        step.scoreRevision = nil
        #expect(try Self.after(step, of: card).reviewedRevision == 2, "a client that does not say")
        let disputed = try TrainerReview().disputed("I did ask.", by: "unity", at: Self.now)
        let answer = ReviewStep(revision: 1, scoreRevision: 1, answer: .init(disputeId: "d1", text: "No."))
        #expect(try Self.after(answer, of: card, from: disputed).openDispute == nil, "an answer confirms nothing")
    }

    @Test func `a dispute overtakes nobody who decides`() throws {
        let disputed = try TrainerReview().disputed("I did ask.", by: "unity", at: Self.now)
        let review = try Self.after(Self.step([("empathy", 90, .tooLow)]), from: disputed)
        #expect(review.revision == 2 && review.decidedRevision == 2)
        #expect(review.openDispute?.id == "d1")
        #expect(throws: ReviewRefusal.changed(revision: 2)) {
            try Self.after(Self.step([("empathy", 80, .tooLow)], revision: 1), from: review)
        }
        let answered = try Self.after(
            ReviewStep(revision: 1, answer: .init(disputeId: "d1", text: "Yes.")), from: review)
        #expect(try Self.after(Self.step([], revision: 2), from: answered).revision == 4)
        #expect(throws: ReviewRefusal.changed(revision: 3)) {
            try Self.after(Self.step([], revision: 4), from: answered)
        }
    }

    @Test func `who saw an older revision is refused`() throws {
        let first = try Self.after(Self.step([("empathy", 90, .tooLow)]))
        #expect(first.revision == 1)
        #expect(throws: ReviewRefusal.changed(revision: 1)) {
            try Self.after(Self.step([("empathy", 80, .tooLow)]), from: first)
        }
        #expect(try Self.after(Self.step([], revision: 1), from: first).categories.isEmpty)
    }

    @Test(arguments: [
        ("empathy", 90, TrainerReview.Reason.tooHigh, "/categories/0/reason"),
        ("empathy", 30, .tooLow, "/categories/0/reason"), ("empathy", 61, .accurate, "/categories/0/reason"),
        ("empathy", 50, nil, "/categories/0/reason"), ("charm", 50, .tooLow, "/categories/0/id"),
    ])
    func `a reason has to fit, and a category has to exist`(
        _ id: String, _ score: Int, _ reason: TrainerReview.Reason?, _ pointer: String
    ) throws {
        do {
            _ = try Self.after(Self.step([(id, score, reason)]))
            Issue.record("accepted")
        } catch ReviewRefusal.invalid(let place, _) { #expect(place == pointer) }
    }

    @Test func `what was kept cannot be settled, nor what is not there`() throws {
        let card = Self.machine(findings: [Self.finding("e1.age", .satisfied)])
        for id in ["e1.age", "u9.none"] {
            #expect(throws: ReviewRefusal.self) {
                try Self.after(
                    ReviewStep(revision: 0, findings: [.init(findingId: id, decision: .dismissed)]), of: card)
            }
        }
    }

    // MARK: Disputes

    @Test func `one dispute is open at a time, and each is answered once`() throws {
        let disputed = try TrainerReview().disputed("I did ask.", by: "unity", at: Self.now)
        #expect(disputed.openDispute?.id == "d1")
        #expect(!disputed.isReviewed)
        #expect(throws: ReviewRefusal.disputeOpen) { try disputed.disputed("And again.", by: "unity", at: Self.now) }
        let step = ReviewStep(revision: 1, answer: .init(disputeId: "d1", text: "You are right."))
        let answered = try Self.after(step, from: disputed)
        #expect(answered.openDispute == nil)
        #expect(!answered.isReviewed, "an answer alone is no look at the numbers")
        #expect(throws: ReviewRefusal.answered) {
            try Self.after(.init(revision: 2, answer: .init(disputeId: "d1", text: "No.")), from: answered)
        }
        #expect(throws: ReviewRefusal.noSuchDispute) {
            try Self.after(.init(revision: 2, answer: .init(disputeId: "d7", text: "No.")), from: answered)
        }
        var many = answered
        for number in 2...Dispute.most {
            many = try many.disputed("\(number)", by: "unity", at: Self.now)
            many.disputes[number - 1].answer = Dispute.Answer(text: "No.", by: "coach", at: Self.now)
        }
        #expect(throws: ReviewRefusal.tooManyDisputes) { try many.disputed("6", by: "unity", at: Self.now) }
    }

    // MARK: The blind sample

    @Test func `five in a hundred sessions are in the blind sample, always the same`() throws {
        let ids = try (1...10_000).map { try #require(SessionID(number: $0)) }
        let chosen = ids.filter(BlindSample.contains)
        #expect((400...600).contains(chosen.count))
        #expect(chosen.prefix(3).map(\.text) == ["BAT-007", "BAT-020", "BAT-043"])
        for thousand in 0..<10 {
            let part = ids[(thousand * 1_000)..<(thousand * 1_000 + 1_000)].count(where: BlindSample.contains)
            #expect((25...80).contains(part), "not in one stretch")
        }
    }

    @Test func `a blind person scores everything, and the difference is the reason`() throws {
        #expect(throws: ReviewRefusal.self) { try Self.after(Self.step([("empathy", 90, nil)]), isBlind: true) }
        #expect(throws: ReviewRefusal.self) {
            try Self.after(ReviewStep(revision: 0, findings: []), isBlind: true)
        }
        let all = Self.step([("empathy", 90, nil), ("argumentQuality", 70, nil), ("compliance", 10, nil)])
        let review = try Self.after(all, isBlind: true)
        #expect(review.categories.map(\.reason) == [.tooLow, .accurate, .tooHigh])
        #expect(review.blind?.map(\.difference) == [30, 0, -10])
        let later = try Self.after(Self.step([("empathy", 60, .accurate)], revision: 1), from: review)
        #expect(later.blind == review.blind, "what was said blindly stays")
    }

    @Test func `who has seen the numbers before needs no reasons in a form without them, and is not compared`() throws {
        let all = Self.step([("empathy", 90, nil), ("argumentQuality", 70, nil), ("compliance", 10, nil)])
        let review = try TrainerReview().after(
            all, of: Self.machine(), isBlind: true, hasSeen: true, by: "coach", at: Self.now)
        #expect(review.categories.map(\.reason) == [.tooLow, .accurate, .tooHigh])
        #expect(review.blind == nil)
    }

    @Test func `a score that a cap may have held down is marked`() throws {
        let all = Self.step([("empathy", 90, nil), ("argumentQuality", 70, nil), ("compliance", 90, nil)])
        func capped(_ card: Scorecard, talkCap: Int? = nil) throws -> [Bool] {
            let review = try TrainerReview().after(
                all, of: card, isBlind: true, talkCap: talkCap, by: "coach", at: Self.now)
            return (review.blind ?? []).map { $0.capped == true }
        }
        #expect(try capped(Self.machine()) == [false, false, false])
        #expect(try capped(Self.machine(findings: [Self.finding("u2.free", .suspected)])) == [false, false, false])
        #expect(try capped(Self.machine(findings: [Self.finding("u2.free", .violated)])) == [false, false, true])
        var card = Self.machine()
        card.details[0].capped = true
        #expect(try capped(card) == [true, false, false])
        #expect(try capped(Self.machine(), talkCap: 70) == [false, true, false])
    }
}
