import Compliance
import Domain
import Testing

struct ConversationOrderTests {
    private func statuses(_ lines: [String], language: String = "en") throws -> [String: Finding.Status] {
        let findings = try Fixture.findings(lines, language: language)
        return Dictionary(findings.map { ($0.rule.rawValue, $0.status) }, uniquingKeysWith: { first, _ in first })
    }

    @Test func `a greeting and a question before the product are satisfied`() throws {
        let found = try statuses([
            "Good afternoon!", "What do you smoke, if I may ask?", "> Marlboro.", "Then let me show you the glo Hyper.",
        ])
        #expect(found["greeting"] == .satisfied)
        #expect(found["needs_before_pitch"] == .satisfied)
    }

    @Test func `offering a product first is a violation`() throws {
        let found = try statuses(["Buy the glo Hyper.", "What do you smoke?"])
        #expect(found["greeting"] == .violated)
        #expect(found["needs_before_pitch"] == .violated)
    }

    @Test(arguments: [
        ["Good afternoon, I'm Anna from the glo counter."],
        ["> I use Velo.", "I see you've got Velo."],
        ["> Is this one of those vapes?", "No, glo isn't a vape, it heats sticks."],
        ["> What is that thing there?", "This is our glo Hyper, it heats tobacco sticks."],
    ]) func `a badge, the customer's own product and an answer are not a pitch`(_ lines: [String]) throws {
        #expect(try statuses(lines)["needs_before_pitch"] == nil)
    }

    @Test func `a product that is merely mentioned is a suspicion`() throws {
        #expect(try statuses(["Hi, the people over there came for glo."])["needs_before_pitch"] == .suspected)
    }

    @Test func `a question about the product is not a question about needs`() throws {
        #expect(try statuses(["Hi, do you know what? Buy a glo."])["needs_before_pitch"] == .violated)
    }

    @Test func `Czech, Greek and German cues count`() throws {
        for (language, lines) in [
            ("cs", ["Dobrý den.", "Co kouříte?", "> Marlboro.", "Tohle je glo."]),
            ("el", ["Καλημέρα σας.", "Τι καπνίζετε;", "> Marlboro.", "Αυτό είναι το glo."]),
            ("de", ["Guten Tag.", "Was rauchen Sie?", "> Marlboro.", "Das ist unser glo."]),
        ] {
            let found = try statuses(lines, language: language)
            #expect(found["greeting"] == .satisfied, "\(language)")
            #expect(found["needs_before_pitch"] == .satisfied, "\(language)")
        }
    }

    @Test func `silence and noise give no findings`() throws {
        #expect(try statuses([]).isEmpty)
        #expect(try statuses(["[inaudible]", "Thank you for watching!", "you", "…"]).isEmpty)
    }
}
