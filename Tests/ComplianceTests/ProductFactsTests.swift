import Compliance
import Domain
import Testing

struct ProductFactsTests {
    struct Claim: Sendable, CustomTestStringConvertible {
        let text: String
        let correction: String
        var language = "en"
        var testDescription: String { text }
    }

    @Test(arguments: [
        Claim(text: "The neo sticks are tobacco-free.", correction: "neo sticks contain tobacco"),
        Claim(text: "Neo has no tobacco in it.", correction: "neo sticks contain tobacco"),
        Claim(text: "Neo is made of rooibos tea.", correction: "neo sticks contain tobacco"),
        Claim(text: "Veo contains real tobacco.", correction: "veo sticks contain no tobacco"),
        Claim(text: "Veo is a tobacco stick.", correction: "veo sticks contain no tobacco"),
        Claim(text: "Veo has no nicotine.", correction: "veo sticks contain nicotine"),
        Claim(text: "It doesn't contain any nicotine.", correction: "veo sticks contain nicotine"),
        Claim(text: "The glo is a vape with liquid.", correction: "glo is no vape"),
        Claim(text: "You can use IQOS sticks: Terea fits in glo.", correction: "Only the neo and veo sticks"),
        Claim(text: "There is no smell at all.", correction: "less smell"),
        Claim(text: "Velo is snus, basically.", correction: "no tobacco leaf"),
        Claim(text: "Velo contains tobacco.", correction: "no tobacco leaf"),
        Claim(text: "It's not addictive.", correction: "nicotine is addictive"),
        Claim(text: "It's just water vapour.", correction: "aerosol"),
        Claim(text: "You can use it anywhere.", correction: "ask first"),
        Claim(text: "Neo je bez tabáku.", correction: "neo sticks contain tobacco", language: "cs"),
        Claim(text: "Veo obsahuje tabák.", correction: "veo sticks contain no tobacco", language: "cs"),
        Claim(text: "Veo je bez nikotinu.", correction: "veo sticks contain nicotine", language: "cs"),
        Claim(text: "Není to návykové.", correction: "nicotine is addictive", language: "cs"),
        Claim(text: "Το veo δεν έχει νικοτίνη.", correction: "veo sticks contain nicotine", language: "el"),
    ]) func `a false claim is found and put right`(_ claim: Claim) throws {
        let findings = try Fixture.findings(claim.text, language: claim.language).filter { $0.rule == "product_claim" }
        let finding = try #require(findings.first)
        #expect(findings.count == 1, "\(findings)")
        #expect(finding.message.contains(claim.correction), "\(finding.message)")
        #expect(claim.text.contains(finding.evidence.text ?? "-"))
    }

    @Test(arguments: [
        "Neo sticks contain tobacco and veo sticks are tobacco-free.", "Unlike neo, veo has no tobacco.",
        "Veo doesn't contain tobacco, it contains rooibos infused with nicotine.", "Neo isn't tobacco-free.",
        "Glo isn't a vape, it heats the stick.", "This is not a vape.", "You don't fill in any liquid.",
        "Glo doesn't burn the tobacco.",
        "Veo is tobacco-free but it's not nicotine-free.",
        "Velo has no tobacco in it, and it is not snus.", "IQOS sticks don't fit in glo.", "Nicotine is addictive.",
        "There is almost no smell.", "You don't chew it.", "It is not just water vapour.",
        "With veo you get no tobacco.",
        "Neo has the tobacco taste that you know, while veo is without tobacco.", "You can't use it everywhere.",
    ]) func `a true statement is left alone`(_ text: String) throws {
        #expect(try Fixture.findings(text).filter { $0.rule == "product_claim" } == [])
    }

    @Test(arguments: [
        "Neo obsahuje tabák, veo je bez tabáku.", "Veo neobsahuje tabák, ale obsahuje nikotin.", "Nikotin je návykový.",
        "Veo je bez tabáku, ale není bez nikotinu.",
    ]) func `a true Czech statement is left alone`(_ text: String) throws {
        #expect(try Fixture.findings(text, language: "cs").filter { $0.rule == "product_claim" } == [])
    }
}
