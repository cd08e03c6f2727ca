import Domain
import Testing

@testable import ScoringService

@Suite struct BlockersFirstTests {
    private static func advice(
        _ text: String, category: String = "empathy", of utteranceId: String? = "u1"
    ) -> Coaching.Advice {
        Coaching.Advice(category: category, utteranceId: utteranceId, quote: "said", time: 1, advice: text)
    }

    private static func blocker(
        _ evidence: Evidence, _ status: Finding.Status = .violated, time: Double = 5,
        message: String = "Say that it is not risk-free."
    ) -> Finding {
        Finding(
            rule: .forbiddenWord, status: status, severity: .blocker, message: message, evidence: evidence, time: time)
    }

    private static func ranked(_ workOn: [Coaching.Advice], _ findings: [Finding]) throws -> [Coaching.Advice] {
        BlockersFirst.workOn(workOn, findings: findings, in: try Fixture.record())
    }

    @Test func `a blocker that no judge named becomes the first thing, and there are still three`() throws {
        let three = ["Ask.", "Listen.", "Close."].map { Self.advice($0) }
        let result = try Self.ranked(three, [Self.blocker(Evidence(utteranceId: "u5", text: "less smell"))])
        #expect(
            result.first
                == Coaching.Advice(
                    category: "compliance", utteranceId: "u5", quote: "less smell", time: 5,
                    advice: "Say that it is not risk-free."))
        #expect(result.dropFirst().map(\.advice) == ["Ask.", "Listen."])
    }

    @Test func `a judge's own advice about the blocker moves up and is not doubled`() throws {
        let own = Self.advice("Leave that promise out.", category: "compliance", of: "u5")
        let findings = ["safe", "healthy"].map { Self.blocker(Evidence(utteranceId: "u5", text: $0)) }
        #expect(try Self.ranked([Self.advice("Ask."), own], findings).map(\.advice) == [own.advice, "Ask."])
    }

    @Test func `other advice about the same words does not stand for the blocker`() throws {
        let other = Self.advice("Ask first.", of: "u5")
        let result = try Self.ranked([other], [Self.blocker(Evidence(utteranceId: "u5", text: "safe"))])
        #expect(result.map(\.category) == ["compliance", "empathy"])
    }

    @Test func `a missing age check is placed by its event, and blockers keep the order in which they happened`() throws
    {
        let findings = [
            Self.blocker(Evidence(utteranceId: "u5", text: "safe"), time: 5, message: "second"),
            Self.blocker(Evidence(eventId: "e9"), time: 2, message: "first"),
        ]
        let result = try Self.ranked([Self.advice("Ask.")], findings)
        #expect(result.map(\.advice) == ["first", "second", "Ask."])
        #expect(result.first?.quote == nil && result.first?.time == 2)
    }

    @Test(arguments: [Finding.Status.suspected, .dismissed, .disputed, .satisfied])
    func `what does not stand changes nothing`(status: Finding.Status) throws {
        let two = ["Ask.", "Listen."].map { Self.advice($0) }
        #expect(try Self.ranked(two, [Self.blocker(Evidence(utteranceId: "u5", text: "safe"), status)]) == two)
    }
}
