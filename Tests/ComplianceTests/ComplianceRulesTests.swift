import Compliance
import Domain
import Testing

struct ComplianceRulesTests {
    @Test func `a whole session is reviewed in the order of time, whatever was fed before`() throws {
        var rules = try Fixture.rules()
        _ = rules.findings(for: Fixture.birth("1981-05-12"))
        let transcript = [
            Fixture.trainee("The first one is free.", id: "u3", at: 20),
            Fixture.trainee("Hello there, what do you smoke?", id: "u1", at: 1),
            Fixture.avatar("Marlboro. Is it free?", id: "u2", at: 6),
        ]
        let findings = rules.review(transcript: transcript, events: [Fixture.handover(at: 10)], outcome: .rejected)
        #expect(findings.map(\.rule) == ["greeting", "age_check", "forbidden_word"])
        #expect(findings.map(\.time) == [1, 10, 20])
    }

    @Test func `live and afterwards the same is found`() throws {
        var live = try Fixture.rules()
        let lines = ["Hello!", "Do you smoke?", "Veo has no nicotine.", "It is safe."].enumerated().map {
            Fixture.trainee($1, id: "u\($0)", at: Double($0) * 4)
        }
        let events = [Fixture.birth("1990-01-01", at: 30), Fixture.handover(at: 31)]
        let found = lines.flatMap { live.findings(for: $0) } + events.flatMap { live.findings(for: $0) }
        #expect(try Fixture.rules().review(transcript: lines, events: events, outcome: .converted) == found)
    }

    @Test func `times that are no numbers do no harm`() throws {
        let events = [Fixture.handover(at: .nan), Fixture.birth("1990-01-01", at: .infinity), Fixture.handover(at: -1)]
        let transcript = [Fixture.trainee("Hi", at: .nan), Fixture.trainee("Hi", at: 2)]
        #expect(!(try Fixture.rules().review(transcript: transcript, events: events, outcome: .converted)).isEmpty)
    }
}
