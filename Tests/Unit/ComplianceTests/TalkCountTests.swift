import Compliance
import Domain
import Testing

struct TalkCountTests {
    @Test func `turns, questions, words, times and interruptions are counted`() throws {
        var talk = Fixture.talk([
            "Good afternoon!", "> Hello.", "What do you smoke? And do you like it?", "> Marlboro, for twenty years.",
            "[inaudible]", "Twenty years is a long time.",
        ])
        talk[1].interrupted = true
        let facts = try Fixture.catalog.get().facts(of: talk, language: "en", ageCheckedAt: 12)
        #expect(facts.turns == 3)
        #expect(facts.openQuestions == 1)
        #expect(facts.closedQuestions == 1)
        #expect(facts.longestTurnWords == 9)
        #expect(facts.longestTurnSeconds == 2)
        #expect(facts.secondsToAgeCheck == 12)
        #expect(facts.traineeInterruptions == 1)
        #expect(facts.talkShare > 0.7)
    }

    @Test(arguments: [
        ("What do you like about it?", "en", 1, 0), ("Do you smoke?", "en", 0, 1), ("Co kouříte?", "cs", 1, 0),
        ("Τι καπνίζετε;", "el", 1, 0), ("Was rauchen Sie?", "de", 1, 0), ("Rauchen Sie?", "de", 0, 1),
        ("Fine.", "en", 0, 0),
        ("Vous fumez ?", "fr", 0, 1),
    ]) func `open and closed questions differ`(_ text: String, _ language: String, _ open: Int, _ closed: Int) throws {
        let counted = try Fixture.catalog.get().facts(
            of: [Fixture.trainee(text)], language: language, ageCheckedAt: nil)
        #expect(counted.openQuestions == open)
        #expect(counted.closedQuestions == closed)
    }

    @Test func `a greeting is no evidence`() throws {
        let catalog = try Fixture.catalog.get()
        #expect(!catalog.isMoreThanGreeting("Good morning", language: "en"))
        #expect(!catalog.isMoreThanGreeting("Hello, how are you", language: "en"))
        #expect(!catalog.isMoreThanGreeting("Yes, of course", language: "en"))
        #expect(catalog.isMoreThanGreeting("Twenty years, that is loyalty", language: "en"))
    }

    @Test func `an empty conversation counts nothing`() throws {
        let facts = try Fixture.catalog.get().facts(of: [], language: "en", ageCheckedAt: nil)
        #expect(facts.talkShare == 0)
        #expect(facts.turns == 0)
    }
}
