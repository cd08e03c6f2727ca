import Compliance
import Domain
import Testing

@testable import ScoringService

@Suite struct FindingReviewTests {
    private static let safe = Fixture.utterance(1, .trainee, "Trust me, it is completely safe for you.")
    private static let healthy = Fixture.utterance(3, .trainee, "Healthy, you ask? The taste is good.")

    private func finding(
        _ id: String, _ status: Finding.Status, _ quote: String, in utterance: Utterance = safe,
        rule: Finding.Rule = "forbidden_word", severity: Finding.Severity = .blocker
    ) -> Finding {
        Finding(
            findingId: "\(utterance.utteranceId).\(id)", id: id, rule: rule, status: status, severity: severity,
            message: "…", evidence: Evidence(utteranceId: utterance.utteranceId, text: quote), time: utterance.startTime
        )
    }

    private func result(
        _ findings: [Finding], _ answers: [ReviewAnswer], asked: Int = 3, stricter: Set<String> = []
    ) throws -> FindingReview.Result {
        let transcript = [Self.safe, Self.healthy]
        let catalog = try Fixture.catalog()
        return FindingReview(
            findings: findings, places: ReviewPlace.places(of: findings, in: transcript), transcript: transcript,
            rules: catalog.claims, stricter: stricter, asked: asked,
            message: { catalog.message(ofRule: $0, quote: $1, language: "en") }
        ).result(of: answers)
    }

    private func reading(
        _ meanings: [String: (String, Meaning)], further: [ReviewAnswer.Further] = []
    ) -> ReviewAnswer {
        ReviewAnswer(
            places: meanings.mapValues { .init(quote: $0.0, meaning: $0.1.rawValue) }, further: further)
    }

    @Test func `a suspicion that most readers consider a claim becomes a violation`() throws {
        let suspect = finding("safe_claim", .suspected, "completely safe")
        let yes = reading(["p1": ("completely safe", .asserted)])
        let no = reading(["p1": ("completely safe", .question)])
        let found = try result([suspect], [yes, no, yes])
        #expect(found.findings.map(\.status) == [.violated])
        #expect(found.findings.map(\.decidedBy) == [.review])
        #expect(found.flags.isEmpty)
        let dismissed = try result([suspect], [no, yes, no])
        #expect(dismissed.findings.map(\.status) == [.dismissed])
        #expect(dismissed.findings.first?.reason == "Read as a question.")
    }

    @Test func `a certain finding that readers contradict is disputed and fails nothing`() throws {
        let certain = finding("safe_claim", .violated, "completely safe")
        let denied = reading(["p1": ("completely safe", .denied)])
        let found = try result([certain], [denied, denied, denied])
        #expect(found.findings.map(\.status) == [.disputed])
        #expect(found.flags == ["finding_disputed"])
        #expect(!found.findings.contains { $0.isStandingBlocker })
        #expect(found.findings.contains { $0.isOpenBlocker })
        let confirmed = try result([certain], [reading(["p1": ("completely safe", .asserted)])], asked: 1)
        #expect(confirmed.findings.map(\.decidedBy) == [.code])
    }

    @Test func `with an attempt at manipulation no certain finding is withdrawn`() throws {
        let findings = [
            finding("safe_claim", .violated, "completely safe"),
            finding("points", .violated, "Trust me", rule: "injection_suspected", severity: .info),
        ]
        let denied = reading(["p1": ("completely safe", .denied)])
        let found = try result(findings, [denied, denied, denied])
        #expect(found.findings.map(\.status) == [.violated, .violated])
        #expect(found.flags == ["review_overruled"])
        // A suspected attempt counts as well, unless the readers reject it.
        let suspected = [
            findings[0], finding("points", .suspected, "Trust me", rule: "injection_suspected", severity: .info),
        ]
        let harmless = reading(["p1": ("completely safe", .denied), "p2": ("Trust me", .other)])
        #expect(try result(suspected, [harmless], asked: 1).findings.map(\.status) == [.disputed, .dismissed])
        let attempt = reading(["p1": ("completely safe", .denied), "p2": ("Trust me", .asserted)])
        #expect(try result(suspected, [attempt], asked: 1).findings.first?.status == .violated)
    }

    @Test func `a quote that was not said invalidates a reader's answer`() throws {
        let suspect = finding("safe_claim", .suspected, "completely safe")
        let made = reading(["p1": ("perfectly harmless to you", .asserted)])
        let found = try result([suspect], [made, made, made])
        #expect(found.findings.map(\.status) == [.suspected])
        #expect(found.flags == ["review_undecided"])
    }

    @Test func `one word is a sufficient quote for a known place, but not for a new one`() throws {
        let suspect = finding("safe_claim", .suspected, "safe")
        let word = reading(
            ["p1": ("safe", .denied)],
            further: [
                .init(utteranceId: Self.healthy.utteranceId, quote: "healthy", ruleId: "healthy", meaning: "asserted")
            ])
        let found = try result([suspect], [word, word, word])
        #expect(found.findings.map(\.status) == [.dismissed])
    }

    @Test func `one valid answer of three decides nothing`() throws {
        let suspect = finding("safe_claim", .suspected, "completely safe")
        for meaning in [Meaning.asserted, .denied] {
            let word = reading(["p1": ("completely safe", meaning)])
            let invented = reading(["p1": ("never said this", meaning)])
            let found = try result([suspect], [word, invented, invented])
            #expect(found.findings.map(\.status) == [.suspected])
            #expect(found.flags == ["review_undecided"])
        }
    }

    @Test func `a claim next to a dismissed place is a separate finding`() throws {
        let line = Fixture.utterance(1, .trainee, "Safe is the seat. And glo is perfectly safe for you.")
        let dismissed = finding("safe_claim", .suspected, "Safe is", in: line)
        let answer = reading(
            ["p1": ("Safe is the seat", .other)],
            further: [
                .init(utteranceId: "u1", quote: "perfectly safe for you", ruleId: "safe_claim", meaning: "asserted")
            ])
        let catalog = try Fixture.catalog()
        let found = FindingReview(
            findings: [dismissed], places: ReviewPlace.places(of: [dismissed], in: [line]), transcript: [line],
            rules: catalog.claims, stricter: [], asked: 2, message: { _, _ in nil }
        ).result(of: [answer, answer])
        #expect(found.findings.map(\.status) == [.dismissed, .violated])
        #expect(found.findings.map(\.findingId) == ["u1.safe_claim", "u1.safe_claim.2"])
    }

    @Test func `a tie decides nothing`() throws {
        let suspect = finding("safe_claim", .suspected, "completely safe")
        let found = try result(
            [suspect],
            [reading(["p1": ("completely safe", .asserted)]), reading(["p1": ("completely safe", .other)])], asked: 2)
        #expect(found.findings.map(\.status) == [.suspected])
        #expect(found.flags == ["review_undecided"])
    }

    @Test func `without an answer all findings stay and a review is needed`() throws {
        let findings = [finding("safe_claim", .suspected, "completely safe")]
        let found = try result(findings, [])
        #expect(found.findings == findings)
        #expect(found.flags == ["review_missing"])
    }

    @Test func `a finding that only readers name needs all of them`() throws {
        let further = ReviewAnswer.Further(
            utteranceId: "u1", quote: "completely safe", ruleId: "safe_claim", meaning: "asserted")
        let wider = ReviewAnswer.Further(
            utteranceId: "u1", quote: "it is completely safe for you", ruleId: "safe_claim", meaning: "asserted")
        let all = try result(
            [], [reading([:], further: [further]), reading([:], further: [wider]), reading([:], further: [further])])
        #expect(all.findings.map(\.status) == [.violated])
        #expect(all.findings.map(\.findingId) == ["u1.safe_claim"])
        #expect(all.flags == ["blocker_by_review"])
        let most = try result([], [reading([:], further: [further]), reading([:], further: [wider]), reading([:])])
        #expect(most.findings.map(\.status) == [.suspected])
        let one = try result([], [reading([:], further: [further]), reading([:]), reading([:])])
        #expect(one.findings.isEmpty)
        // Fewer answers than requested are not all.
        let few = try result([], [reading([:], further: [further]), reading([:], further: [further])])
        #expect(few.findings.map(\.status) == [.suspected])
    }

    @Test func `invalid findings of readers are ignored`() throws {
        func further(_ id: String, _ quote: String, _ rule: String, _ meaning: String = "asserted")
            -> ReviewAnswer.Further
        {
            .init(utteranceId: id, quote: quote, ruleId: rule, meaning: meaning)
        }
        let answer = reading(
            [:],
            further: [
                further("u1", "harmless to the lungs", "harmless"), further("u9", "completely safe", "safe_claim"),
                further("u1", "completely safe", "no_such_rule"),
                further("u1", "completely safe", "safe_claim", "denied"),
                further("u1", String(repeating: "safe ", count: 9_000), "safe_claim"),
            ])
        #expect(try result([], [answer], asked: 1).findings.isEmpty)
    }

    @Test func `a place found by phrase matching is not reported twice`() throws {
        let suspect = finding("safe_claim", .suspected, "completely safe")
        let further = ReviewAnswer.Further(
            utteranceId: "u1", quote: "completely safe", ruleId: "safe_claim", meaning: "asserted")
        let answer = reading(["p1": ("completely safe", .other)], further: [further])
        #expect(try result([suspect], [answer], asked: 1).findings.map(\.status) == [.dismissed])
    }

    @Test func `an invitation to take the product does not prove a handover`() throws {
        let spoken = finding("age_check", .suspected, "Trust me", rule: "age_check")
        let taken = try result([spoken], [reading(["p1": ("Trust me", .asserted)])], asked: 1)
        #expect(taken.findings.map(\.status) == [.suspected])
        let other = try result([spoken], [reading(["p1": ("Trust me", .other)])], asked: 1)
        #expect(other.findings.map(\.status) == [.dismissed])
    }

    @Test func `a market may make a rule a blocker`() throws {
        let further = ReviewAnswer.Further(
            utteranceId: "u3", quote: "The taste is good", ruleId: "free", meaning: "asserted")
        let found = try result([], [reading([:], further: [further])], asked: 1, stricter: ["free"])
        #expect(found.findings.map(\.severity) == [.blocker])
    }

    @Test func `places are ordered by severity and limited in number`() throws {
        let findings = (0..<200).map { number in
            Finding(
                findingId: "u1.x\(number)", id: "x\(number)", rule: "forbidden_word", status: .suspected,
                severity: number == 150 ? .blocker : .minor, message: "…",
                evidence: Evidence(utteranceId: "u1", text: "safe"), time: 1)
        }
        let places = ReviewPlace.places(of: findings, in: [Self.safe])
        #expect(places.count == ReviewPlace.most)
        #expect(places.first?.finding.id == "x150")
        #expect(places.first?.name == "p1")
        #expect(ReviewPlace.places(of: findings, in: []).isEmpty)
    }
}
