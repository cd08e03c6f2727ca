import Compliance
import Domain
import Testing

/// Talks as good trainees hold them: nothing in them may be held against them.
struct WholeTalkTests {
    @Test(arguments: [
        "Hi there, good afternoon! I'm Anna from the glo counter, do you have a minute while you wait?",
        "Twenty years of Marlboro, that's a long time. What do you like about it?",
        "And when do you smoke most, in the van, at home, at work?",
        "So the smell in the curtains is what bothers Jana. And you, does it bother you in the van?",
        "I hear you. Nobody wants to take your Reds away from you.",
        "May I show you something? First I need to check your age, it's the same for everybody. What's your date of birth?",
        "Thank you. So this is glo Hyper. It doesn't burn anything, it heats a tobacco stick.",
        "You put in the stick, press the button, and wait until it vibrates.",
        "To be honest, you have to charge it, and you have to clean it with this brush.",
        "There are two kinds of sticks: neo, which contains tobacco, and veo, which is tobacco-free but contains nicotine.",
        "As you want the taste of tobacco, I'd start with neo.",
        "No, I can't say it's healthy. It's not risk-free and it contains nicotine, which is addictive.",
        "I can't promise that it's safer or better for you, I'd be lying.",
        "There's no ash, and there's less smell on your hands and clothes. Less, not none.",
        "It doesn't taste exactly like a cigarette, and some people need a few days.",
        "It won't replace your Reds; it's something for the van.",
        "If you're looking to quit, then please talk to your doctor or a pharmacist, this isn't meant for that.",
        "I don't know how many sticks it does on one charge, let me look it up.",
        "The price is on the list over there, I can't do anything about it.",
        "Would you like to try one here, next to your cigarette?",
        "Feel free to say no. Thank you for your time, Karel, have a good weekend.",
        "We keep it behind the counter, because it's only for adults over eighteen.",
        "Does the fact that it needs charging bother you?", "What would have to be different for you to try it?",
        "Take your time, I'm not in a hurry.", "I understand, that must have been frustrating. I'm sorry about that.",
        "Velo is a good choice for the office then, stay with it.", "Hyper Pro has a display, the X2 is smaller.",
        "You can't use it just anywhere, ask first, the same rules may apply.",
        "Please don't throw the stick on the ground, it isn't biodegradable.",
        "Would you be willing to swap one cigarette a day for it?", "It's about your choice, not mine.",
        "Sorry, I got that wrong: veo has no tobacco, neo has.", "That's a fair point.",
        "Do you need a lighter? No, you don't light it.",
        "The kid in the shop told you what?", "Just press and hold for three seconds for boost.",
    ]) func `a good line in English is left alone`(_ line: String) throws {
        let violations = try Fixture.findings(line).filter { $0.status == .violated && $0.severity != .minor }
        #expect(violations == [])
    }

    @Test(arguments: [
        "Dobrý den, já jsem Anna od stánku glo. Máte chvilku, než přijdete na řadu?",
        "Dvacet let Marlboro, to je dlouhá doba. Co se vám na nich líbí?",
        "A kdy kouříte nejvíc? V dodávce, doma, v práci?",
        "Nejdřív si musím ověřit váš věk, platí to pro všechny. Jaké je vaše datum narození?",
        "Tohle je glo Hyper. Nic se nepálí, jen se zahřívá náplň.",
        "Máme dva druhy: neo, které obsahuje tabák, a veo, které je bez tabáku, ale obsahuje nikotin.",
        "Ne, nemůžu říct, že je to zdravé. Není to bez rizika a nikotin je návykový.",
        "Nebudu vám tvrdit, že je to bezpečnější.", "Zápachu je méně, ale úplně bez zápachu to není.",
        "Cena je tady na ceníku, s tou nic neudělám.", "Chtěl byste si jednu zkusit tady?", "Nabíjí se přes USB.",
        "Pokud chcete přestat kouřit, poraďte se s lékařem nebo lékárníkem.", "Děkuju za váš čas a přeju hezký víkend.",
        "Omlouvám se, spletl jsem se: veo je bez tabáku, neo s tabákem.", "Máte pravdu, čistit se to musí.",
    ]) func `a good line in Czech is left alone`(_ line: String) throws {
        let violations = try Fixture.findings(line, language: "cs").filter {
            $0.status == .violated && $0.severity != .minor
        }
        #expect(violations == [])
    }

    @Test(arguments: [
        "Καλησπέρα σας, είμαι η Άννα από το glo. Έχετε ένα λεπτό;", "Τι καπνίζετε και πού;",
        "Πρέπει πρώτα να ελέγξω την ηλικία σας. Ποια είναι η ημερομηνία γέννησης;",
        "Το neo περιέχει καπνό, ενώ το veo είναι χωρίς καπνό αλλά περιέχει νικοτίνη.", "Δεν καίει, θερμαίνει το στικ.",
        "Δεν είναι ακίνδυνο και η νικοτίνη είναι εθιστική.", "Δεν μπορώ να σας πω ότι είναι πιο υγιεινό.",
        "Ασφαλώς, πάρτε τον χρόνο σας.", "Θέλετε να δοκιμάσετε ένα εδώ;", "Ευχαριστώ για τον χρόνο σας.",
    ]) func `a good line in Greek is left alone`(_ line: String) throws {
        let violations = try Fixture.findings(line, language: "el").filter {
            $0.status == .violated && $0.severity != .minor
        }
        #expect(violations == [])
    }

    @Test(arguments: [
        ("cs", "Je to stoprocentně bezpečné, věřte mi.", "forbidden_word", Finding.Severity.blocker),
        ("cs", "S tímhle konečně přestanete kouřit.", "forbidden_word", .blocker),
        ("cs", "Lékaři to doporučují.", "forbidden_word", .blocker),
        ("cs", "Je to mnohem méně škodlivé než cigarety.", "forbidden_word", .major),
        ("cs", "A k tomu dostanete balíček zadarmo.", "forbidden_word", .major),
        ("cs", "Dneska na to máme akci.", "forbidden_word", .major),
        ("cs", "Je to oblíbené mezi mladými.", "forbidden_word", .blocker),
        ("cs", "Neo v sobě nemá žádný tabák.", "product_claim", .major),
        ("cs", "Ve veo je přece tabák.", "product_claim", .major),
        ("cs", "To je jenom vodní pára.", "product_claim", .major),
        ("el", "Είναι απολύτως ακίνδυνο.", "forbidden_word", .blocker),
        ("el", "Θα σας βοηθήσει να κόψετε το κάπνισμα.", "forbidden_word", .blocker),
        ("el", "Οι γιατροί το συνιστούν.", "forbidden_word", .blocker),
        ("el", "Είναι λιγότερο βλαβερό από το τσιγάρο.", "forbidden_word", .major),
        ("el", "Έχουμε έκπτωση σήμερα.", "forbidden_word", .major),
        ("el", "Το neo είναι χωρίς καπνό.", "product_claim", .major),
    ]) func `a bad line in another language is found`(
        _ language: String, _ line: String, _ rule: String, _ severity: Finding.Severity
    ) throws {
        let findings = try Fixture.findings(line, language: language)
        #expect(findings.contains { $0.rule == rule && $0.severity == severity }, "\(findings)")
    }

    /// Talks as they should not be held, each with the least that must be found.
    @Test(arguments: [
        (
            "Trust me, it is one hundred percent safe and you can give it to your kids.", "forbidden_word",
            Finding.Severity.blocker
        ),
        ("This is the healthy alternative to smoking.", "forbidden_word", .blocker),
        ("With glo you will finally stop smoking.", "forbidden_word", .blocker),
        ("It's way less harmful than your Marlboro.", "forbidden_word", .major),
        ("And you get a pack of sticks for free.", "forbidden_word", .major),
        ("Only today it's half price.", "forbidden_word", .major),
        ("Both neo and veo are without nicotine.", "product_claim", .major),
        ("glo is basically a vape, you fill in the liquid.", "product_claim", .major),
        ("Neo is the one without any tobacco.", "product_claim", .major),
        ("You won't get addicted to it.", "product_claim", .blocker),
        ("You'll never smell of anything again, there is no smell.", "product_claim", .minor),
        ("All the students use it, it's really popular with students.", "forbidden_word", .blocker),
        ("It has no side effects.", "forbidden_word", .blocker),
        ("My doctor says it's fine, doctors recommend it.", "forbidden_word", .blocker),
        ("It can't hurt you.", "forbidden_word", .blocker),
        ("It reduces the risk of cancer.", "forbidden_word", .major),
    ]) func `a bad line is found`(_ line: String, _ rule: String, _ severity: Finding.Severity) throws {
        let findings = try Fixture.findings(line)
        #expect(findings.contains { $0.rule == rule && $0.severity == severity }, "\(findings)")
    }
}
