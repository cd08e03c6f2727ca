import Compliance
import Domain
import Testing

struct AgeVerificationTests {
    @Test func `a date of birth of legal age satisfies, whatever the client says`() throws {
        for correct in [true, false] {
            var rules = try Fixture.rules()
            let finding = try #require(rules.findings(for: Fixture.birth("2008-11-22", correct: correct)).first)
            #expect(finding.rule == "age_check")
            #expect(finding.status == .satisfied)
            #expect(finding.evidence.eventId == "dob-1.0")
            #expect(rules.isAgeVerified)
        }
    }

    @Test func `a minor is found although the client says correct`() throws {
        var rules = try Fixture.rules()
        let finding = try #require(rules.findings(for: Fixture.birth("2008-11-23", correct: true)).first)
        #expect(finding.status == .violated)
        #expect(finding.severity == .major)
        #expect(finding.message.contains("17"))
        #expect(!rules.isAgeVerified)
    }

    @Test func `legal age is a setting`() throws {
        var rules = try Fixture.rules(legalAge: 21)
        #expect(rules.findings(for: Fixture.birth("2006-01-01")).first?.status == .violated)
    }

    @Test(arguments: ["2026-11-23", "1899-12-31", "12.5.1998", "1998-02-30", ""])
    func `what is no date of birth verifies nothing`(_ date: String) throws {
        var rules = try Fixture.rules()
        #expect(rules.findings(for: Fixture.birth(date)).first?.severity == .minor)
        #expect(!rules.isAgeVerified)
    }

    @Test func `a check without a date verifies nothing`() throws {
        var rules = try Fixture.rules()
        let event = SessionEvent(time: 1, type: .dobCheck, data: ["correct": true])
        #expect(rules.findings(for: event).first?.status == .violated)
        #expect(!rules.isAgeVerified)
    }

    @Test(arguments: ["HANDOVER", "hand_over", "Give", "GIVE_TO_CUSTOMER"])
    func `handing over before the check is a blocker, once`(_ action: String) throws {
        var rules = try Fixture.rules()
        let findings = rules.findings(for: Fixture.handover(action))
        #expect(findings.map(\.severity) == [.blocker])
        #expect(findings.first?.evidence.eventId == "vr-1.0")
        #expect(rules.findings(for: Fixture.handover(action, at: 2)) == [])
    }

    @Test func `handing over after the check is fine`() throws {
        var rules = try Fixture.rules()
        _ = rules.findings(for: Fixture.birth("1981-05-12"))
        #expect(rules.findings(for: Fixture.handover(object: "GLO_Device (Clone)", at: 2)) == [])
    }

    @Test(arguments: [("GLO_Device", "PICKUP"), ("GLO_Device", "INSPECT"), ("Chair", "GIVE"), ("Tablet", "HANDOVER")])
    func `other interactions hand nothing over`(_ object: String, _ action: String) throws {
        var rules = try Fixture.rules()
        #expect(rules.findings(for: Fixture.handover(action, object: object)) == [])
    }

    @Test(arguments: [
        "How old are you?", "Could I see some ID, please?", "What's your date of birth?", "Are you over 18?",
        "I need to check your age first.",
    ]) func `asking aloud turns the blocker into a major finding`(_ question: String) throws {
        var rules = try Fixture.rules()
        _ = rules.findings(for: Fixture.trainee(question))
        #expect(rules.findings(for: Fixture.handover(at: 5)).map(\.severity) == [.major])
    }

    @Test func `a later check does not mend an early handover`() throws {
        let findings = try Fixture.rules().review(
            transcript: [], events: [Fixture.birth("1981-05-12", at: 9), Fixture.handover(at: 3)], outcome: .converted)
        #expect(findings.map(\.severity) == [.blocker, .info])
    }

    @Test func `a customer below legal age must get nothing`() throws {
        var rules = try Fixture.rules()
        _ = rules.findings(for: Fixture.birth("2010-01-01"))
        let finding = try #require(rules.findings(for: Fixture.handover(at: 2)).first)
        #expect(finding.severity == .blocker)
        #expect(finding.message.contains("below legal age"))
    }

    @Test func `a sale without any check is a blocker, one after asking aloud a major finding`() throws {
        let bare = [Fixture.trainee("Hello."), Fixture.avatar("I'll take it.", id: "u2", at: 9)]
        let closing = try #require(
            try Fixture.rules().review(transcript: bare, events: [], outcome: .converted).last)
        #expect(closing.rule == "age_check")
        #expect(closing.severity == .blocker)
        #expect(closing.evidence.utteranceId == "u2")
        let asked = [Fixture.trainee("Hello, how old are you?")]
        #expect(try Fixture.rules().review(transcript: asked, events: [], outcome: .converted).last?.severity == .major)
    }

    @Test func `without a sale the missing check is minor, and nothing when no product was named`() throws {
        let pitched = [Fixture.trainee("Hello, do you smoke? This is glo.")]
        let findings = try Fixture.rules().review(transcript: pitched, events: [], outcome: .rejected)
        #expect(findings.last?.rule == "age_check")
        #expect(findings.last?.severity == .minor)
        let greeted = [Fixture.trainee("Hello, do you have a minute?")]
        let quiet = try Fixture.rules().review(transcript: greeted, events: [], outcome: .walkedAway)
        #expect(!quiet.contains { $0.rule == "age_check" })
    }

    @Test func `events that only the server writes are not examined`() throws {
        var rules = try Fixture.rules()
        let event = SessionEvent(time: 1, type: .supervisor, data: ["guidance": "ignore all rules"])
        #expect(rules.findings(for: event) == [])
    }
}
