import Compliance
import Domain
import Testing

struct ForbiddenWordsTests {
    struct Sentence: Sendable, CustomTestStringConvertible {
        let text: String
        let severity: Finding.Severity
        let quote: String
        var language = "en"
        var testDescription: String { text }
    }

    @Test(arguments: [
        Sentence(text: "The first pack is free for you.", severity: .major, quote: "free"),
        Sentence(text: "And the device? FREE.", severity: .major, quote: "FREE"),
        Sentence(text: "It's completely safe, believe me.", severity: .blocker, quote: "completely safe"),
        Sentence(text: "Don't worry, it's safe.", severity: .blocker, quote: "it's safe"),
        Sentence(text: "No doubt it's safe.", severity: .blocker, quote: "it's safe"),
        Sentence(text: "Honestly, this is harmless.", severity: .blocker, quote: "harmless"),
        Sentence(text: "It is risk-free.", severity: .blocker, quote: "risk-free"),
        Sentence(text: "There is no risk at all.", severity: .blocker, quote: "no risk"),
        Sentence(text: "It isn't harmful.", severity: .blocker, quote: "isn't harmful"),
        Sentence(text: "Glo is a healthy choice.", severity: .blocker, quote: "healthy"),
        Sentence(text: "It's not only tasty but healthy.", severity: .blocker, quote: "healthy"),
        Sentence(text: "This will help you to quit smoking.", severity: .blocker, quote: "help you to quit smoking"),
        Sentence(text: "It cures the habit.", severity: .blocker, quote: "cures"),
        Sentence(text: "Doctors recommend it.", severity: .blocker, quote: "Doctors recommend"),
        Sentence(text: "Kids love the taste.", severity: .blocker, quote: "Kids love"),
        Sentence(text: "It's popular with young people.", severity: .blocker, quote: "popular with young"),
        Sentence(text: "It's much healthier than Marlboro.", severity: .major, quote: "healthier"),
        Sentence(
            text: "It has 95% less of everything, so 95% less harmful.", severity: .major, quote: "less harmful"),
        Sentence(text: "That's better for you.", severity: .major, quote: "better for you"),
        Sentence(text: "You should stop smoking.", severity: .major, quote: "stop smoking"),
        Sentence(text: "Today we have a special discount.", severity: .major, quote: "discount"),
        Sentence(text: "It's 20% off today.", severity: .major, quote: "% off"),
        Sentence(text: "Those cigarettes are disgusting cigarettes.", severity: .minor, quote: "disgusting cigarettes"),
        Sentence(text: "fr\u{200B}ee of charge", severity: .major, quote: "fr\u{200B}ee"),
        Sentence(text: "Je to úplně bezpečné.", severity: .blocker, quote: "úplně bezpečné", language: "cs"),
        Sentence(text: "Je to uplne bezpecne", severity: .blocker, quote: "uplne bezpecne", language: "cs"),
        Sentence(text: "První krabička je zdarma.", severity: .major, quote: "zdarma", language: "cs"),
        Sentence(text: "Máme slevu dvacet procent.", severity: .major, quote: "slevu", language: "cs"),
        Sentence(text: "Je to zdravější než cigarety.", severity: .major, quote: "zdravější", language: "cs"),
        Sentence(text: "Pomůže vám to přestat.", severity: .blocker, quote: "Pomůže vám to přestat", language: "cs"),
        Sentence(text: "Je to naprosto neškodné.", severity: .blocker, quote: "neškodné", language: "cs"),
        Sentence(text: "Είναι εντελώς ασφαλές.", severity: .blocker, quote: "εντελώς ασφαλές", language: "el"),
        Sentence(text: "Η πρώτη συσκευή είναι ΔΩΡΕΑΝ.", severity: .major, quote: "ΔΩΡΕΑΝ", language: "el"),
        Sentence(text: "Είναι πιο υγιεινό από το τσιγάρο.", severity: .blocker, quote: "υγιεινό", language: "el"),
    ]) func `it is found and quoted`(_ sentence: Sentence) throws {
        let findings = try Fixture.findings(sentence.text, language: sentence.language)
        let finding = try #require(findings.first { $0.rule == "forbidden_word" }, "\(findings)")
        #expect(finding.evidence.text == sentence.quote)
        #expect(finding.severity == sentence.severity)
        #expect(finding.status == .violated)
        #expect(finding.evidence.utteranceId == "u1")
        #expect(sentence.text.contains(finding.evidence.text ?? "-"))
    }

    @Test(
        arguments: [
            "Feel free to touch it.", "Are you free for a minute?", "It's a smoke-free place.", "veo is tobacco-free.",
            "Have a safe trip and stay safe!", "You're free to decide.", "It's safe to say that you like Marlboro.",
            "It is not risk-free, and it contains nicotine, which is addictive.",
            "This product isn't risk free.", "I can't tell you that it is safe or healthy.",
            "I would never say it's healthier.", "It's not a safe product and not a healthy one.",
            "None of them is harmless.",
            "Have you ever tried to quit smoking?", "Why did you stop?", "Do you want to stop smoking?",
            "You said it's healthier, but I may not say so.", "Cool, thanks.", "Let it cool down.",
            "Keep it away from children.",
            "Better for your taste, perhaps.", "There is less smell on your hands.",
            "Nothing is risk free.", "It doesn't come for free.", "How is your health insurance?",
        ]) func `a harmless sentence is left alone`(_ text: String) throws
    {
        #expect(try Fixture.findings(text) == [])
    }

    @Test(arguments: [
        "Není to bez rizika a obsahuje nikotin, který je návykový.", "Neříkám, že je to zdravější.",
        "Není to bezpečné.", "Zkoušel jste někdy přestat kouřit?", "Držte to z dosahu dětí.", "Proč jste přestal?",
        "Obsahuje to nikotin a ten je návykový.",
    ]) func `a harmless Czech sentence is left alone`(_ text: String) throws {
        #expect(try Fixture.findings(text, language: "cs") == [])
    }

    @Test(arguments: [
        "Δεν είναι ακίνδυνο και περιέχει νικοτίνη, που είναι εθιστική.", "Δεν μπορώ να πω ότι είναι ασφαλές.",
    ])
    func `a harmless Greek sentence is left alone`(_ text: String) throws {
        #expect(try Fixture.findings(text, language: "el") == [])
    }

    @Test func `words are matched whole`() throws {
        #expect(try Fixture.findings("Freedom, carefree, freeze, gifted, safeguard.") == [])
    }

    @Test func `the customer may say what he likes`() throws {
        var rules = try Fixture.rules()
        #expect(rules.findings(for: Fixture.avatar("Is it free? Is it safe? It's healthy, isn't it?")) == [])
    }

    @Test func `a negation ends at a conjunction and at a comma`() throws {
        #expect(try Fixture.findings("It's not expensive and it's healthy.").map(\.evidence.text) == ["healthy"])
        #expect(try Fixture.findings("No, it's healthy.").map(\.evidence.text) == ["healthy"])
        #expect(try Fixture.findings("It is not healthy and safe.") == [])
    }

    @Test func `the more severe of two entries holds, once per utterance`() throws {
        let findings = try Fixture.findings("It's perfectly safe. Free, free, free!")
        #expect(findings.map(\.severity) == [.blocker, .major])
        #expect(findings.map(\.evidence.text) == ["perfectly safe", "Free"])
    }

    @Test func `a finding says what to say instead`() throws {
        let finding = try #require(try Fixture.findings("It is free.").first)
        #expect(finding.message == "«free» is not allowed. Nothing is given away; refer to the price list.")
    }

    @Test func `an unknown language is held to the English words`() throws {
        #expect(try Fixture.findings("It is free.", language: "xx").count == 1)
    }

    @Test func `a megabyte of text is examined in bounded time`() throws {
        let clock = ContinuousClock()
        let text = String(repeating: "nothing to see in here ", count: 45_000)
        let spent = try clock.measure { _ = try Fixture.findings(text + "free") }
        #expect(spent < .seconds(20))
    }
}
