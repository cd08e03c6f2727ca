import Compliance
import Domain
import Foundation
import Testing

struct AgeVerificationTests {
    private static let karel = "1981-05-12"

    private func age(
        _ events: [SessionEvent], lines: [String] = [], settings: RuleSettings = RuleSettings(),
        birthDate: String? = nil,
        outcome: Outcome? = nil, isOver: Bool = false
    ) throws -> [Finding] {
        try Fixture.findings(
            lines, events: events, settings: settings, birthDate: birthDate, outcome: outcome, isOver: isOver
        ).of("age_check")
    }

    // MARK: Dates

    @Test func `an adult's date satisfies the check`() throws {
        let finding = try #require(try age([Fixture.birth("2008-11-22")]).first)
        #expect(finding.status == .satisfied)
        #expect(finding.severity == .info)
        #expect(finding.evidence.eventId == "dob-1.0")
        #expect(finding.findingId == "e:dob-1.0.age_check")
        #expect(finding.dateDiffers == nil)
    }

    @Test func `an adult's date that is not on the document verifies nothing`() throws {
        let findings = try age([Fixture.birth("1990-03-03", correct: false), Fixture.handover(at: 2)])
        #expect(findings.map(\.status) == [.violated, .violated])
        #expect(findings.map(\.severity) == [.major, .blocker])
    }

    @Test func `the client's value for correct may be text or a number`() throws {
        for value: JSONValue in ["false", "FALSE", 0] {
            let event = SessionEvent(
                eventId: "e", time: 1, type: .dobCheck, data: ["entered": "1990-03-03", "correct": value])
            #expect(try age([event]).first?.severity == .major)
        }
    }

    @Test func `another adult's date satisfies with a note, but not if the date must match`() throws {
        let lenient = try #require(try age([Fixture.birth("1990-01-01")], birthDate: Self.karel).first)
        #expect(lenient.status == .satisfied)
        #expect(lenient.dateDiffers == true)
        let strict = RuleSettings(dobMatch: .strict)
        let findings = try age(
            [Fixture.birth("1990-01-01"), Fixture.handover(at: 2)], settings: strict, birthDate: Self.karel)
        #expect(findings.map(\.severity) == [.major, .blocker])
        #expect(try age([Fixture.birth(Self.karel)], settings: strict, birthDate: Self.karel).first?.dateDiffers == nil)
    }

    /// A customer who must not be served: nothing that was checked, entered or not reported makes the sale right.
    @Test func `a sale to a minor is a blocker whatever was checked`() throws {
        let minor = "2009-07-03"
        for events in [
            [], [Fixture.birth("1990-01-01")], [Fixture.birth(minor), Fixture.birth("1990-01-01", at: 2)],
            [Fixture.birth("1990-01-01", correct: false)],
        ] {
            let findings = try age(events, birthDate: minor, outcome: .converted, isOver: true)
            let last = try #require(findings.last)
            #expect(last.status == .violated && last.severity == .blocker, "\(events)")
            #expect(last.message == "A sale was closed with a customer below legal age.")
        }
    }

    @Test func `a handover to a minor is a blocker, and turning him away is none`() throws {
        let minor = "2009-07-03"
        let handed = try age([Fixture.handover(at: 2)], birthDate: minor)
        #expect(handed.map(\.severity) == [.blocker])
        #expect(handed.first?.message == "A product was handed to a customer below legal age.")
        let turnedAway = try age([Fixture.birth(minor)], birthDate: minor, outcome: .rejected, isOver: true)
        #expect(turnedAway.map(\.status) == [.satisfied])
        // Asked aloud, and refused: without an event there is nothing to hold against the trainee.
        #expect(try age([], birthDate: minor, outcome: .rejected, isOver: true).isEmpty)
    }

    @Test func `an unreadable date is neither a check nor an excuse`() throws {
        let findings = try age([Fixture.birth("5/6/1981"), Fixture.handover(at: 2)])
        #expect(findings.map(\.status) == [.suspected, .violated])
        #expect(findings.map(\.severity) == [.info, .blocker])
        let missing = SessionEvent(eventId: "e", time: 1, type: .dobCheck, data: ["correct": true])
        #expect(try age([missing]).map(\.severity) == [.info])
    }

    @Test func `the session's day is the one in the market's time zone`() throws {
        // 23:30 in UTC, which is the next day in Prague.
        let late = Date(timeIntervalSince1970: 1_795_390_200)
        func status(_ zone: String) throws -> Bool {
            var rules = try Fixture.rules(settings: RuleSettings(timeZone: zone), sessionDate: late)
            rules.take(Fixture.birth("2008-11-23"))
            rules.take(Fixture.handover(at: 2))
            return rules.findings().contains { $0.severity == .blocker }
        }
        #expect(try status("UTC"))
        #expect(try !status("Europe/Prague"))
    }

    // MARK: Minors

    @Test func `detecting a minor is correct, and a handover after that is a violation`() throws {
        let findings = try age([Fixture.birth("2010-01-01"), Fixture.handover(at: 2)])
        #expect(findings.map(\.status) == [.satisfied, .violated])
        #expect(findings.last?.severity == .blocker)
        #expect(findings.last?.message.contains("below legal age") == true)
    }

    @Test func `a minor's own date is never cleared`() throws {
        for birthDate in [nil, "2010-01-01"] {
            let findings = try age(
                [Fixture.birth("2010-01-01"), Fixture.birth("1981-05-12", at: 2), Fixture.handover(at: 3)],
                birthDate: birthDate)
            #expect(findings.last?.severity == .blocker)
            #expect(findings.count { $0.status == .satisfied } == 1)
        }
    }

    @Test func `a minor's date that is not the customer's is a typing error once the right date is entered`() throws {
        let typo = Fixture.birth("2018-05-12")
        #expect(
            try age([typo, Fixture.handover(at: 3)], birthDate: Self.karel).last?.message.contains("below legal age")
                == true)
        let cleared = try age(
            [typo, Fixture.birth(Self.karel, at: 2), Fixture.handover(at: 3)], birthDate: Self.karel)
        #expect(cleared.map(\.status) == [.satisfied, .satisfied])
        let other = try age(
            [typo, Fixture.birth("1990-01-01", at: 2), Fixture.handover(at: 3)], birthDate: Self.karel)
        #expect(other.last?.severity == .blocker)
    }

    @Test func `an adult's date for a customer who is a minor verifies nothing`() throws {
        let findings = try age([Fixture.birth("1981-05-12"), Fixture.handover(at: 2)], birthDate: "2010-01-01")
        #expect(findings.map(\.severity) == [.major, .blocker])
    }

    @Test func `a sale or a pitch after a minor's date is the violation`() throws {
        let sold = try age([Fixture.birth("2010-01-01")], outcome: .converted)
        #expect(sold.last?.severity == .blocker)
        let pitched = try age(
            [Fixture.birth("2010-01-01", at: 0.5)], lines: ["Do you smoke?", "You should buy the glo Hyper."])
        #expect(pitched.last?.id == "pitch_to_minor")
        #expect(pitched.last?.status == .violated)
    }

    @Test func `a suspicion does not hide later findings`() throws {
        let pitched = try age(
            [Fixture.birth("2010-01-01", at: 0.5)],
            lines: ["Do you smoke?", "I told you about velo and glo.", "You should buy the glo Hyper."])
        #expect(pitched.last?.id == "pitch_to_minor" && pitched.last?.status == .violated)
        let offered = try age([Fixture.handover("OFFER", at: 20)], lines: ["Here, hold it."])
        #expect(offered.map(\.status) == [.suspected, .suspected])
    }

    @Test func `events written by the server do not show that the client reports events`() throws {
        let error = SessionEvent(time: 2, type: .error, data: ["errorType": "forbidden_word"])
        let closing = try #require(try age([error], lines: ["Hello.", "> I'll take it."], outcome: .converted).last)
        #expect(closing.status == .suspected)
    }

    @Test func `the higher of the market's and the operator's legal age counts`() throws {
        let settings = RuleSettings(market: "LV", legalAge: 20)
        #expect(
            try age([Fixture.birth("2007-01-01"), Fixture.handover(at: 2)], settings: settings).last?.severity
                == .blocker)
    }

    // MARK: Handing over

    @Test func `a handover before the check is one blocker, and a later check does not cure it`() throws {
        let findings = try age([
            Fixture.handover(at: 3), Fixture.handover(at: 4), Fixture.birth("1981-05-12", at: 9),
        ])
        #expect(findings.map(\.severity) == [.blocker, .info])
        #expect(findings.first?.evidence.eventId == "vr-3.0")
    }

    @Test func `a handover after the check is fine`() throws {
        #expect(try age([Fixture.birth("1981-05-12"), Fixture.handover(at: 2)]).map(\.status) == [.satisfied])
    }

    @Test(arguments: [
        "How old are you?", "Could I see some ID, please?", "What's your date of birth?", "Are you over 18?",
        "Are you 18?", "Are you of age?", "I need to check your age first.",
    ]) func `asking aloud changes the wording but not the severity`(_ question: String) throws {
        let finding = try #require(try age([Fixture.handover(at: 5)], lines: [question]).first)
        #expect(finding.severity == .blocker)
        #expect(finding.message.contains("after asking"))
    }

    @Test(arguments: [
        "Happy birthday!", "You look great for your age.", "Everybody your age has one.",
        "You don't need to show me your ID.",
    ]) func `phrases that do not ask for the age count as no question`(_ line: String) throws {
        let finding = try #require(try age([Fixture.handover(at: 5)], lines: [line]).first)
        #expect(!finding.message.contains("after asking"))
    }

    @Test func `an offer, or words that invite the customer to take it, are suspicions`() throws {
        let offered = try age([Fixture.handover("OFFER", at: 2)])
        #expect(offered.map(\.status) == [.suspected])
        #expect(offered.map(\.severity) == [.blocker])
        let spoken = try age([], lines: ["Here, hold it."])
        #expect(spoken.map(\.status) == [.suspected])
        #expect(spoken.first?.evidence.text != nil)
        #expect(
            try age([Fixture.birth("1981-05-12", at: 0.5)], lines: ["Here, hold it."]).map(\.status) == [.satisfied])
    }

    // MARK: The end

    @Test func `a sale without a check is a blocker`() throws {
        let lines = ["Hello.", "> I'll take it."]
        let tablet = SessionEvent(eventId: "t", time: 1, type: .tabletChoice, data: ["question": "Q1"])
        let closing = try #require(try age([tablet], lines: lines, outcome: .converted).last)
        #expect(closing.severity == .blocker)
        #expect(closing.status == .violated)
        #expect(closing.findingId == "end.age_check")
    }

    @Test func `a client without events cannot report a check`() throws {
        let closing = try #require(try age([], lines: ["Hello.", "> I'll take it."], outcome: .converted).last)
        #expect(closing.severity == .blocker)
        #expect(closing.status == .suspected)
    }

    @Test func `without a sale the missing check is minor, and no finding if no product was offered`() throws {
        let tablet = SessionEvent(eventId: "t", time: 1, type: .tabletChoice, data: ["question": "Q1"])
        let pitched = try age([tablet], lines: ["Hello, do you smoke?", "> Yes.", "This is glo."], outcome: .rejected)
        #expect(pitched.map(\.severity) == [.minor])
        #expect(try age([tablet], lines: ["Hello, do you have a minute?"], outcome: .walkedAway).isEmpty)
    }

    @Test func `events that only the server writes are not examined`() throws {
        let event = SessionEvent(time: 1, type: .supervisor, data: ["guidance": "ignore all rules"])
        #expect(try Fixture.findings(events: [event]).isEmpty)
        #expect(try age([event], outcome: .converted).first?.status == .suspected)
    }

    // MARK: Corpus of dates

    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let entered: JSONValue
        let sessionStartUtc: String
        let legalAge: Int
        let correct: Bool?
        let expect: String
        let note: String?
        var testDescription: String { note ?? "\(entered)" }
    }

    private static func cases() throws -> [Case] {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus/birth-dates.jsonl").path
        return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
            try JSONDecoder().decode(Case.self, from: Data($0.utf8))
        }
    }

    @Test func `the dates of the corpus give the expected results`() throws {
        for one in try Self.cases() {
            let date = try Date(one.sessionStartUtc, strategy: .iso8601)
            var rules = try Fixture.rules(settings: RuleSettings(legalAge: one.legalAge), sessionDate: date)
            var data: [String: JSONValue] = ["entered": one.entered]
            data["correct"] = one.correct.map { .bool($0) }
            rules.take(SessionEvent(eventId: "dob", time: 1, type: .dobCheck, data: .object(data)))
            rules.take(Fixture.handover(at: 2))
            let findings = rules.findings().of("age_check")
            let first = try #require(findings.first)
            let isBlocked = findings.contains { $0.isStandingBlocker }
            switch one.expect {
            case "satisfied":
                #expect(first.status == .satisfied, "\(one.testDescription)")
                #expect(!isBlocked, "\(one.testDescription)")
            case "underage": #expect(isBlocked, "\(one.testDescription)")
            case "invalid":
                #expect(first.severity == .info && first.status != .satisfied, "\(one.testDescription)")
                #expect(isBlocked, "\(one.testDescription)")
            case "violated_major":
                #expect(first.status == .violated && first.severity == .major, "\(one.testDescription)")
            default: Issue.record("unknown expectation \(one.expect)")
            }
        }
    }
}
