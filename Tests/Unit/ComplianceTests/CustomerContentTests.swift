import Compliance
import Domain
import Testing

/// What content and code say of the customer: what he hears, and when he falls out of his role.
@Suite struct CustomerContentTests {
    private func finding(
        _ id: String, _ rule: Finding.Rule, _ severity: Finding.Severity, _ status: Finding.Status = .violated
    ) -> Finding {
        Finding(
            findingId: "u1.\(id)", id: id, rule: rule, status: status, severity: severity, message: "No.",
            evidence: Evidence(utteranceId: "u1", text: "it is totally harmless"), time: 1)
    }

    @Test(arguments: ["en", "cs", "de", "el", "fr"])
    func `a customer hears every blocker and wrong fact in his language, never in the trainee's words`(
        language: String
    ) throws {
        let catalog = try Fixture.catalog.get()
        for rule in catalog.claims where rule.rule != .injectionSuspected {
            let isNoticed = rule.rule == .productClaim || rule.severity == .blocker
            let heard = catalog.heard(finding(rule.id, rule.rule, rule.severity), language: language)
            // A language without rules has no certain findings.
            guard isNoticed, language != "fr" else {
                if !isNoticed { #expect(heard == nil, "\(rule.id)") }
                continue
            }
            let claim = try #require(heard, "\(rule.id) in \(language)")
            #expect(claim.entry == rule.id)
            #expect(!claim.text.contains("totally harmless"))
            #expect(claim.bounded == claim)
            #expect(
                language == "en"
                    ? claim.text.hasPrefix("The other person has just told you ") : !claim.text.contains("told"))
        }
    }

    @Test func `what is suspected, dismissed or decided by a review is not heard`() throws {
        let catalog = try Fixture.catalog.get()
        for status in [Finding.Status.suspected, .dismissed, .disputed, .satisfied] {
            #expect(catalog.heard(finding("harmless", .forbiddenWord, .blocker, status), language: "en") == nil)
        }
        var reviewed = finding("harmless", .forbiddenWord, .blocker)
        reviewed.decidedBy = .review
        #expect(catalog.heard(reviewed, language: "en") == nil)
        #expect(catalog.heard(finding("age_check", .ageCheck, .blocker), language: "en") == nil)
    }

    @Test func `an entry without a sentence of its own has the general one of its kind`() throws {
        let catalog = try Fixture.catalog.get()
        let unknown = catalog.heard(finding("no-such-entry", .productClaim, .minor), language: "cs")
        let forbidden = catalog.heard(finding("no-such-entry", .forbiddenWord, .blocker), language: "cs")
        #expect(unknown != nil && forbidden != nil && unknown?.text != forbidden?.text)
    }

    @Test(arguments: [
        ("en", "As an AI language model, I'm happy to help you practise your pitch.", RoleLapse.Kind.assistant),
        ("en", "I'm a virtual assistant and I have no opinion.", .assistant),
        ("en", "How can I help you today?", .assistant),
        ("en", "Is there anything else I can help you with?", .assistant),
        ("en", "Let me give you some feedback.", .assistant), ("en", "That was strong for this training.", .assistant),
        ("en", "[state] You are on your way out.", .notes),
        ("en", "State attitude equals four direction rising.", .notes),
        ("en", "My notes say that I should be friendly.", .notes),
        ("en", "To je pravda, ale jak to je, když to není moje?", .language),
        ("en", "*sighs* I don't know about that.", .directions), ("en", "Well (laughs) maybe.", .directions),
        ("en", "We also have Velo pouches for you.", .selling), ("en", "Let me show you glo.", .selling),
        ("en", "I like it here. It is warm today. My van is outside. I have to go soon. You talk too much.", .length),
        ("cs", "Jsem umělá inteligence a ráda vám poradím.", .assistant), ("cs", "S čím vám mohu pomoci?", .assistant),
        ("cs", "The device is what you want, and that is it.", .language),
        ("de", "Als KI kann ich dazu nichts sagen.", .assistant), ("de", "Wie kann ich Ihnen helfen?", .assistant),
        ("de", "Ich empfehle Ihnen glo.", .selling),
        ("el", "Είμαι ένα γλωσσικό μοντέλο και δεν καπνίζω.", .assistant),
        ("el", "Πώς μπορώ να σας βοηθήσω;", .assistant),
    ])
    func `words that no customer says are recognised`(language: String, text: String, kind: RoleLapse.Kind) throws {
        #expect(try Fixture.catalog.get().roleLapse(in: text, language: language) == kind)
    }

    @Test(arguments: [
        ("en", "A language model? Are you all right?"), ("en", "I'm not an assistant, mate."),
        ("en", "Are you an AI or what?"), ("en", "Hm. Nah. Come on. Look… Right. Twenty years."),
        ("en", "All right. I'll give it a go. Cheers."), ("en", "What? Are you reading me the manual?"),
        ("en", "So glo is the thing that heats, and neo goes into it?"), ("en", "You want to help me? Then be quick."),
        ("en", "Do you have veo here? My notes are at home."), ("en", "I'm in no mood for one of those stories."),
        ("en", "Okay, I'll try one with Lucie. Thanks!"), ("en", "Save your pitch, mate."),
        ("en", "I can't help you with that, mate."), ("en", ""), ("cs", "Dobrý den. O co jde?"),
        ("cs", "Tak to vyzkouším, ale jen jednou."), ("de", "Guten Tag. Worum geht es?"),
        ("de", "Können Sie mir helfen?"),
        ("el", "Γεια σας. Περί τίνος πρόκειται;"), ("fr", "As an AI language model, I help."),
    ])
    func `words that a customer may say are no lapse`(language: String, text: String) throws {
        #expect(try Fixture.catalog.get().roleLapse(in: text, language: language) == nil)
    }
}
