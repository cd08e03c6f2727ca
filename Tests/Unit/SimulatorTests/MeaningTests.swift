import Domain
import Testing

@testable import Simulator

/// The customer answers what was said, in the words of the instructions.
@Suite struct MeaningTests {
    private static let karel = """
        You are Karel, and you stay Karel until the call is over.

        # Who you are
        Karel, 45, born on 12 May 1981. You repair lifts for a company in the city; you drive a van, and your hands are
        never quite clean. Married to Jana. You have smoked Marlboro Red for twenty years, about a pack a day: one with
        the first coffee, the last one on the balcony, where Jana sends you because she hates the smell.

        # How you speak
        - You interrupt when it gets long: «Hold on, hold on. Short version?»
        - You ask short practical questions: «And how often do I charge that?»

        # What you know
        You tried a heated thing once at a wedding, two puffs. You do not know what neo or veo is.

        # What you are like to deal with
        Your objections, in your own words: twenty years of Marlboro, why change; it is a gadget with cables; it tastes
        of nothing; what does it cost.
        What opens you up: being asked.
        What closes you: anything that sounds like «healthier» or «safe» («Who told you that?»).

        # Age check
        Tease once («Do I look sixteen?») and then give it: 12 May 1981. If they hand you the device without having
        asked, remark on it, once: «Don't you have to ask how old I am?»

        # How it ends
        - rejected: a calm no. «No. But you were all right.»
        Say goodbye («All right. I'll give it a go. Cheers.» or «No, leave it. I'm going for a smoke.»).

        # What never changes
        If there is silence, wait. If you did not catch something: «What?»

        # Where you are
        You wait for a pack of Reds. If nothing comes, say: «A pack of Reds, when you've a minute.»
        """

    private static func customer(_ seed: UInt64 = 1) -> Customer { Customer(seed: seed, longest: 100) }

    private static func say(_ line: String, to customer: inout Customer, _ instructions: String = karel) -> String {
        customer.answer(line, instructions: instructions, mayEnd: ["converted", "rejected", "walked_away"])
            .messages.joined().joined(separator: " ")
    }

    @Test func `only a farewell is one`() {
        for line in ["I see you picked up our glo. Do you have a minute?", "I can see you are in a hurry."] {
            #expect(!Remark(line).topics.contains(.farewell), "\(line)")
        }
        for line in ["See you soon!", "Goodbye.", "All right, see you later."] {
            #expect(Remark(line).topics.contains(.farewell), "\(line)")
        }
    }

    @Test func `what was done is not advised`() {
        let talk = """
            {"events":[{"type":"DOB_CHECK"}],"transcript":[
              {"utteranceId":"u1","speaker":"TRAINEE","text":"What do you smoke?"},
              {"utteranceId":"u2","speaker":"TRAINEE","text":"Would you like to try one?"}]}
            """
        let schema: JSONValue = [
            "type": "object",
            "properties": [
                "improvements": [
                    "type": "array", "minItems": 1,
                    "items": [
                        "type": "object",
                        "properties": [
                            "improvement": ["type": "string"], "utteranceId": ["type": ["string", "null"]],
                            "quote": ["type": ["string", "null"]],
                        ],
                    ],
                ]
            ],
        ]
        let answer = SchemaAnswer.make(schema: schema, prompt: talk).text
        #expect(answer.contains("Stay longer with what the customer tells you"), "\(answer)")
    }

    @Test func `the instructions are read in the first person`() {
        let notes = PersonaNotes(Self.karel)
        #expect(notes.facts.contains("I repair lifts for a company in the city."))
        #expect(
            notes.facts.contains(
                "One with the first coffee, the last one on the balcony, where Jana sends me because she hates the smell."
            ))
        #expect(notes.objections.first == "Twenty years of Marlboro, why change?")
        #expect(notes.objections.contains("It is a gadget with cables."))
        #expect(notes.ageLines == ["Do I look sixteen?"])
        #expect(notes.unaskedLines == ["Don't you have to ask how old I am?"])
        #expect(notes.rebukes == ["Who told you that?"])
        #expect(notes.firstLine == "A pack of Reds, when you've a minute.")
        #expect(notes.missedLine == "What?")
        #expect(notes.farewells.first == "All right. I'll give it a go. Cheers.")
        #expect(notes.farewells.last == "No, leave it. I'm going for a smoke.")
    }

    @Test(arguments: [
        ("Hello, welcome to the shop.", "A pack of Reds, when you've a minute."),
        ("May I ask what you smoke at the moment?", "I have smoked Marlboro Red for twenty years, about a pack a day."),
        ("what do you smoke", "I have smoked Marlboro Red for twenty years, about a pack a day."),
        ("What does your wife say about it?", "Married to Jana."), ("What is your name?", "Karel. Why?"),
        ("Have you ever tried a heated tobacco product.", "I tried a heated thing once at a wedding, two puffs."),
        ("Could you tell me your date of birth?", "Do I look sixteen? 12 May 1981."),
        ("i have to ask how old you are", "Do I look sixteen? 12 May 1981."),
        ("It is completely safe.", "Who told you that?"), ("It charges by a cable.", "It is a gadget with cables."),
        ("Here, take it in your hand.", "Don't you have to ask how old I am?"),
        ("These are the vivo sticks.", "I do not know what neo or veo is."),
        ("Thank you for your time, goodbye.", "No, leave it. I'm going for a smoke."),
    ])
    func `a remark is answered by its meaning`(line: String, answer: String) {
        var customer = Self.customer()
        customer.hear(note: "[state] attitude=3 direction=steady.")
        #expect(Self.say(line, to: &customer) == answer)
    }

    @Test func `an objection is settled when it is taken up, and repeated when it is passed over`() {
        var patient = Self.customer()
        #expect(Self.say("It charges by a cable.", to: &patient) == "It is a gadget with cables.")
        let settled = Self.say("I understand, one more cable to carry.", to: &patient)
        #expect(CustomerLines.settled(.neutral).contains(settled) || CustomerLines.settled(.cold).contains(settled))
        var ignored = Self.customer()
        #expect(Self.say("It charges by a cable.", to: &ignored) == "It is a gadget with cables.")
        _ = Self.say("We open at nine.", to: &ignored)
        #expect(Self.say("And we close at six.", to: &ignored).hasSuffix("It is a gadget with cables."))
    }

    @Test func `after an age check nothing is remarked when the device is handed over`() {
        var customer = Self.customer()
        _ = Self.say("How old are you?", to: &customer)
        #expect(!Self.say("Here you are, hold it.", to: &customer).contains("how old"))
        #expect(
            Self.say("Your date of birth again, please?", to: &customer) == "12 May 1981.", "no joke the second time")
    }

    @Test func `a speech is interrupted`() {
        var customer = Self.customer()
        let speech = Array(repeating: "and another thing about this", count: 12).joined(separator: " ")
        #expect(Self.say(speech, to: &customer) == "Hold on, hold on. Short version?")
    }

    @Test func `the same seed gives the same conversation, another one another`() {
        let lines = ["Good evening.", "It is new.", "Look at this.", "It has a button.", "There is a table.", "So."]
        func talk(_ seed: UInt64) -> [String] {
            var customer = Self.customer(seed)
            return lines.map { Self.say($0, to: &customer) }
        }
        #expect(talk(3) == talk(3))
        #expect(Set((1...8).map { talk($0) }).count > 1)
    }

    @Test func `what could not be heard is not guessed at`() {
        var customer = Self.customer()
        let deaf = customer.askAgain(instructions: Self.karel, mayEnd: [], isDeaf: true)
        #expect(deaf.messages == [["Sorry, I can't hear you: this demo needs its speech recogniser, please type."]])
        #expect(customer.askAgain(instructions: Self.karel, mayEnd: [], isDeaf: false).messages == [["What?"]])
        customer.hear(note: "[time] One minute is left.")
        #expect(
            customer.askAgain(instructions: Self.karel, mayEnd: ["walked_away"], isDeaf: true).ending == "walked_away")
    }

    @Test(arguments: [
        ("this is the glow", Remark.Product.glo), ("the neostics contain tobacco", .neo), ("the vivo sticks", .veo),
    ])
    func `products are known by what recognition makes of their names`(line: String, product: Remark.Product) {
        #expect(Remark(line).products == [product])
    }

    @Test(arguments: [
        ("May I ask you something.", true), ("what do you think", true), ("Hello. Do you smoke.", true),
        ("What matters is the taste.", false), ("I may ask for it.", false),
    ])
    func `a question is known by its beginning`(line: String, isQuestion: Bool) {
        #expect(Remark(line).isQuestion == isQuestion)
    }

    @Test(arguments: [
        ("Czech", "Kolik vám je let?", "12 May 1981."), ("Czech", "Dobrý den.", "Dobrý den. O co jde?"),
        ("German", "Was rauchen Sie?", "Immer dieselbe Marke, morgens zum Kaffee und in der Pause."),
        ("Greek", "Κοστίζει 39 ευρώ.", "Είναι πολλά λεφτά."), ("Greek", "Αντίο σας.", "Όχι, ευχαριστώ. Αντίο."),
    ])
    func `in other languages the customer has a few lines of their own`(language: String, line: String, answer: String)
    {
        var customer = Self.customer()
        let instructions = Self.karel + "\n\n# How this works\n- Speak \(language), the way people talk."
        #expect(Self.say(line, to: &customer, instructions) == answer)
    }
}
