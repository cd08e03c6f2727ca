import Compliance
import Domain
import Foundation
import OpenAI
import Storage
import TestSupport
import Testing

@testable import ScoringService

@Suite struct ScoreVerdictTests {
    private func decided(
        overall: Int = 80, passMark: Int = 60, findings: [Finding] = [], flags: [String] = []
    ) throws -> Scorecard {
        var card = EmptySession.scorecard(of: try Fixture.record(), steps: [], findings: findings, model: "m")
        card.overall = overall
        card.passMark = passMark
        card.flags = flags
        ScoreVerdict.decide(&card)
        return card
    }

    private func finding(_ status: Finding.Status, _ severity: Finding.Severity = .blocker) -> Finding {
        Finding(rule: "forbidden_word", status: status, severity: severity, message: "…", evidence: Evidence(), time: 1)
    }

    @Test func `enough points without a blocker pass`() throws {
        let card = try decided()
        #expect(card.verdict == .passed)
        #expect(card.passed == true)
        #expect(!card.needsReview)
    }

    @Test(arguments: [(5, 60, false), (59, 60, false), (60, 60, true), (40, 40, true)])
    func `points below the pass mark fail`(_ overall: Int, _ mark: Int, _ passes: Bool) throws {
        let card = try decided(overall: overall, passMark: mark)
        #expect((card.verdict == .passed) == passes)
        #expect(card.failReasons.isEmpty == passes)
    }

    @Test func `a standing blocker fails, and an open one needs a person's decision`() throws {
        #expect(try decided(findings: [finding(.violated)]).verdict == .failed)
        for status in [Finding.Status.suspected, .disputed] {
            let card = try decided(findings: [finding(status)])
            #expect(card.verdict == .pending)
            #expect(card.passed == nil)
            #expect(card.needsReview)
            #expect(card.pendingReasons.count == 1)
            #expect(try decided(overall: 10, findings: [finding(status)]).verdict == .failed)
        }
        #expect(try decided(findings: [finding(.dismissed), finding(.suspected, .major)]).verdict == .passed)
    }

    @Test func `a pending scorecard has no passed member in JSON`() throws {
        let pending = try JSONEncoder().encode(try decided(findings: [finding(.suspected)]))
        #expect(String(decoding: pending, as: UTF8.self).contains(#""verdict":"pending""#))
        #expect(!String(decoding: pending, as: UTF8.self).contains(#""passed""#))
        #expect(try JSONDecoder().decode(Scorecard.self, from: pending).verdict == .pending)
    }

    @Test(arguments: [
        "outcome_disputed", "finding_disputed", "samples_disagree", "samples_missing", "quotes_dropped",
        "unclear_speech", "review_missing", "words_missing",
    ]) func `every kind of doubt asks for a review`(_ flag: String) throws {
        #expect(try decided(flags: [flag]).needsReview)
        #expect(try !decided(flags: ["score_clamped"]).needsReview)
    }
}

@Suite struct WordsMissingTests {
    private func judged(_ transcript: [Utterance], events: [SessionEvent] = [], overall: Int) throws -> Scorecard {
        let catalog = try Fixture.catalog()
        let record = try Fixture.record(transcript, events: events)
        var card = EmptySession.scorecard(of: record, steps: [], findings: [], model: "m")
        card.overall = overall
        return JudgedSession(record, catalog: catalog, rules: RuleSettings()).concluded(card).score
    }

    private let lost = SessionEvent(time: 3, type: .system, data: SessionEvent.transcriptionLost)

    @Test(arguments: [10, 95]) func `a call with missing words neither passes nor fails`(overall: Int) throws {
        let lost = try judged(Fixture.talk, events: [Fixture.ageCheck, lost], overall: overall)
        #expect(lost.verdict == .pending)
        #expect(lost.flags.contains("words_missing"))
        #expect(lost.needsReview)
        #expect(!lost.pendingReasons.isEmpty)

        var talk = Fixture.talk
        for index in talk.indices where talk[index].speaker == .trainee && index < talk.count / 2 {
            talk[index].text = "[inaudible]"
        }
        let unheard = try judged(talk, events: [Fixture.ageCheck], overall: overall)
        #expect(unheard.verdict == .pending)
        #expect(unheard.notCountedReason == "inaudible")
        #expect(unheard.flags.contains("words_missing"))
    }

    @Test func `a call of which not a word could be read is no failure of the trainee's`() throws {
        let card = try judged([Fixture.utterance(1, .trainee, "[inaudible]")], events: [lost], overall: 0)
        #expect(card.verdict == .pending)
        #expect(!card.counted)
        #expect(try judged([], overall: 0).verdict == .failed)
    }

    @Test func `a call with a complete transcript is judged normally`() throws {
        let card = try judged(Fixture.talk, events: [Fixture.ageCheck], overall: 95)
        #expect(!card.flags.contains("words_missing"))
        #expect(card.verdict == .passed)
    }
}

@Suite struct NotCountedTests {
    private func reason(_ transcript: [Utterance] = Fixture.talk, trigger: String = "end_session") throws -> String? {
        let catalog = try Fixture.catalog()
        return NotCounted.reason(of: try Fixture.record(transcript, trigger: trigger)) { catalog.isTurn($0) }
    }

    private func turns(_ texts: [String]) -> [Utterance] {
        texts.enumerated().map { Fixture.utterance($0 + 1, .trainee, $1) }
    }

    @Test func `a complete conversation counts`() throws {
        #expect(try reason() == nil)
        #expect(try reason(turns(["One two", "Three", "Four", "Five"]), trigger: "client_lost") == nil)
    }

    @Test(arguments: [
        ("upstream:connection_lost", "upstream"), ("relay_lost", "relay_lost"), ("client_lost", "client_lost"),
        ("avatar_out_of_role", "avatar_out_of_role"),
    ]) func `a call spoiled by a failure or the customer does not count`(_ trigger: String, _ expected: String) throws {
        #expect(try reason(trigger: trigger) == expected)
    }

    @Test func `a session with a third of its turns inaudible does not count`() throws {
        #expect(try reason(turns(["Hello there", "What do you smoke", "[inaudible]"])) == "inaudible")
        #expect(try reason(turns(["Hello there", "What do you smoke", "And why", "[inaudible]"])) == nil)
        #expect(try reason(turns(["Hello there", "Thank you for watching!", "you"])) == "inaudible")
    }

    @Test func `silence is no conversation`() throws {
        #expect(try reason([]) == "no_speech")
        #expect(try reason(turns(["[inaudible]"])) == "no_speech")
    }
}

@Suite struct QuotedWordsTests {
    private func checked(_ text: String) -> (String, dropped: Bool) {
        var dropped = false
        let result = QuotedWords.checked(text, against: Fixture.talk, dropped: &dropped)
        return (result, dropped)
    }

    @Test(arguments: [
        "He took it up: «Twenty years, that is loyalty». That was good.", "No quotation at all.",
        "The customer said \"In the van\" and went on.", "It isn't the trainee's fault.", "An open « mark is none.", "",
        "She said «loyalty», and meant it.",
    ]) func `a text that quotes only what was said stays`(_ text: String) {
        #expect(checked(text) == (text, false))
    }

    @Test func `a sentence that quotes what was not said is removed`() {
        #expect(
            checked("Good start. You said “it is completely safe”, which is wrong. The end was clear.")
                == ("Good start. The end was clear.", true))
        #expect(checked("«Buy it now!» is what was said.") == ("", true))
        #expect(checked("She said „das ist gesund“. Fine.") == ("Fine.", true))
        #expect(checked("She said „to je zdravé”. Fine.") == ("Fine.", true))
        #expect(checked("She said »das ist gesund«. Fine.") == ("Fine.", true))
    }
}

@Suite struct RejudgingTests {
    private func scorer(_ store: any SessionStore) throws -> Scorer {
        try Fixture.scorer(LanguageModel(name: "m") { _ in ModelAnswer(text: Fixture.json()) }, store: store)
    }

    @Test func `the revision counts up, and a late age check lifts the effects of its absence`() async throws {
        let store = MemorySessionStore()
        var record = try Fixture.record(events: [Fixture.tablet])
        let first = try await scorer(store).judgement(of: record)
        #expect(first.score.revision == 1)
        #expect(first.score.verdict == .failed)
        #expect(first.outcome == .rejected)
        record.score = first.score
        record.events.append(Fixture.ageCheck)
        let second = try await scorer(store).judgement(of: record)
        #expect(second.score.revision == 2)
        #expect(second.score.verdict == .passed)
        #expect(second.outcome == .converted)
        #expect(second.score.categories["compliance"] == 60)
    }

    @Test func `a session is scored with the rulebook that was frozen for it`() async throws {
        let store = MemorySessionStore()
        var files = try Fixture.catalog().rulebook.files
        let frozen = Rulebook(files: files.mapValues { $0 + "\n" })
        try await store.keepRulebook(frozen.hash, files: frozen.files)
        var record = try Fixture.record(events: [Fixture.ageCheck])
        record.rules = RuleSettings(rulebook: frozen.hash)
        let judged = try await scorer(store).judgement(of: record).score
        #expect(judged.rulebook == frozen.hash)
        #expect(!judged.flags.contains("rulebook_missing"))

        record.rules = RuleSettings(rulebook: "0123")
        let lost = try await scorer(store).judgement(of: record).score
        #expect(lost.rulebook == (try Fixture.catalog().rulebook.hash))
        #expect(lost.flags.contains("rulebook_missing"))
        #expect(lost.needsReview)

        files["products.yaml"] = "nonsense"
        let broken = Rulebook(files: files)
        try await store.keepRulebook(broken.hash, files: broken.files)
        record.rules = RuleSettings(rulebook: broken.hash)
        #expect(try await scorer(store).judgement(of: record).score.flags.contains("rulebook_missing"))
    }
}
