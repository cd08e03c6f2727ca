import Compliance
import Domain
import Testing

struct ConversationOrderTests {
    private func statuses(_ lines: [String], language: String = "en") throws -> [String: Finding.Status] {
        let transcript = lines.enumerated().map { Fixture.trainee($1, id: "u\($0)", at: Double($0) * 5) }
        let findings = try Fixture.rules(language: language).review(transcript: transcript, events: [], outcome: nil)
        return Dictionary(findings.map { ($0.rule, $0.status) }, uniquingKeysWith: { first, _ in first })
    }

    @Test func `a greeting and a question before the product are noted`() throws {
        let found = try statuses([
            "Good afternoon!", "What do you smoke, if I may ask?", "Then let me show you the glo Hyper.",
        ])
        #expect(found["greeting"] == .satisfied)
        #expect(found["needs_before_pitch"] == .satisfied)
    }

    @Test func `a product named first is noted`() throws {
        let found = try statuses(["Buy the glo Hyper.", "What do you smoke?"])
        #expect(found["greeting"] == .violated)
        #expect(found["needs_before_pitch"] == .violated)
    }

    @Test func `a question about the product is none about needs`() throws {
        #expect(try statuses(["Hi, have you tried the glo Hyper?"])["needs_before_pitch"] == .satisfied)
        #expect(try statuses(["Hi, glo Hyper, have you heard of it?"])["needs_before_pitch"] == .violated)
    }

    @Test func `Czech and Greek cues count`() throws {
        let czech = try statuses(["Dobrý den.", "Co kouříte?", "Tohle je glo."], language: "cs")
        #expect(czech["greeting"] == .satisfied)
        #expect(czech["needs_before_pitch"] == .satisfied)
        let greek = try statuses(["Καλημέρα σας.", "Τι καπνίζετε;", "Αυτό είναι το glo."], language: "el")
        #expect(greek["greeting"] == .satisfied)
        #expect(greek["needs_before_pitch"] == .satisfied)
    }

    @Test func `silence says nothing`() throws {
        #expect(try statuses([]).isEmpty)
    }
}
