import Testing

@testable import Simulator

@Suite struct CustomerTests {
    private static let instructions = """
        You are Karel, and you stay Karel until the call is over.

        # Who you are
        Karel, 45, born on 12 May 1981. He calls them «my Reds».

        # How you speak
        - «Hm.» «Hold on, hold on. Short version?»

        # How it ends
        Say goodbye («All right. I'll give it a go. Cheers.» or «No, leave it. I'm going for
          a smoke.»). Until a note arrives you are at 2.
        """

    @Test func `name, birth date, attitude and lines are found in the instructions`() {
        let notes = PersonaNotes(Self.instructions)
        #expect(notes.name == "Karel")
        #expect(notes.born == "12 May 1981")
        #expect(notes.attitude == 2)
        #expect(notes.remarks == ["Hold on, hold on. Short version?"])
        #expect(notes.farewells == ["All right. I'll give it a go. Cheers.", "No, leave it. I'm going for a smoke."])
        #expect(PersonaNotes("").name == nil)
    }

    private func talk(_ lines: [String], states: [Int] = []) -> [Customer.Reply] {
        var customer = Customer(seed: 1, longest: 6)
        return lines.enumerated().map { index, line in
            if states.indices.contains(index) {
                customer.hear(note: "[state] attitude=\(states[index]) direction=steady.")
            }
            return customer.answer(
                line, instructions: Self.instructions, mayEnd: ["converted", "rejected", "walked_away"])
        }
    }

    @Test func `forbidden words end the call early, and the birth date is given when asked for`() {
        let replies = talk([
            "May I ask for your date of birth?", "It is healthy and free!", "Take it, it is safe.", "Buy it.",
        ])
        #expect(replies.first?.messages.joined().joined().contains("12 May 1981") == true)
        #expect(replies.last?.ending == "rejected")
        #expect(replies.last?.messages == [["No, leave it. I'm going for a smoke."]])
    }

    @Test func `the supervisor's state decides the outcome, and the call always ends`() {
        let lines = Array(repeating: "So, there is this thing.", count: 6)
        #expect(talk(lines, states: [5, 6, 7, 8, 8, 8]).map(\.ending) == [nil, nil, nil, nil, nil, "converted"])
        #expect(talk(lines, states: [3, 3, 2, 2, 2, 2]).last?.ending == "walked_away")
        #expect(talk(lines, states: [5, 5, 5, 5, 5, 5]).last?.ending == "rejected")
    }

    @Test func `after a silence the customer asks once, when made to speak, whether the trainee is there`() {
        var customer = Customer(seed: 1, longest: 6)
        #expect(customer.speakUp() == nil)
        customer.hear(note: "[silence] Nobody has said anything for 30 seconds.")
        let line = customer.speakUp()
        #expect(line?.messages.joined().joined().contains("still there") == true)
        #expect(line?.ending == nil)
        #expect(customer.speakUp() == nil)
    }

    @Test func `a trainee who has spoken since is not asked whether they are there`() {
        var customer = Customer(seed: 1, longest: 6)
        customer.hear(note: "[silence] Nobody has said anything for 30 seconds.")
        _ = customer.answer("This is glo.", instructions: Self.instructions, mayEnd: ["converted"])
        #expect(customer.speakUp() == nil)
    }

    @Test(arguments: [(8, "converted"), (5, "rejected"), (2, "walked_away")])
    func `when time is over the next answer is a goodbye by attitude`(mood: Int, outcome: String) {
        var customer = Customer(seed: 1, longest: 100)
        customer.hear(note: "[state] attitude=\(mood) direction=steady.")
        customer.hear(note: "[time] One minute is left.")
        let line = customer.answer(
            "What do you smoke?", instructions: Self.instructions, mayEnd: ["converted", "rejected", "walked_away"])
        #expect(line.ending == outcome)
        #expect(line.messages.joined().count == 1)
    }

    @Test func `when time is over before anyone spoke, or without a tool, there is still a goodbye`() {
        var customer = Customer(seed: 1, longest: 100)
        customer.hear(note: "[time] One minute is left.")
        customer.hear(note: "[silence] Nobody has said anything.")
        #expect(customer.speakUp() == nil, "a goodbye goes before the question")
        #expect(customer.open(instructions: Self.instructions, mayEnd: ["walked_away"]).ending == "walked_away")
        let line = customer.answer("Well?", instructions: Self.instructions, mayEnd: [])
        #expect(line.ending == nil)
        #expect(line.messages == [["No, leave it. I'm going for a smoke."]])
    }

    @Test func `the whole story is long`() {
        var customer = Customer(seed: 1, longest: 100)
        let line = customer.answer("Tell me the whole story of it!", instructions: "", mayEnd: ["converted"])
        #expect(line.messages.joined().joined(separator: " ").split(separator: " ").count > 30)
    }

    @Test func `a missing tool is not called`() {
        var customer = Customer(seed: 1, longest: 1)
        #expect(customer.answer("Goodbye.", instructions: "", mayEnd: []).ending == nil)
    }

    @Test(arguments: [
        ("It is not risk-free, and nicotine is addictive.", 0), ("It is completely safe.", -2),
        ("It is not risk free, and it is never quite safe.", 0),
        ("There is no ash.", 0),
        ("You get it for free.", -2),
        ("What do you like about it?", 1), ("I understand.", 1), ("This is glo.", 0),
    ])
    func `a remark changes the attitude`(text: String, effect: Int) {
        #expect(Remark(text).effect == effect)
    }

    // MARK: What happens around the customer

    private static let handed = "[scene] The other person puts a glo device into your hand."

    @Test func `a product in the hand without an age check is remarked on once, when the customer is made to speak`() {
        var customer = Customer(seed: 1, longest: 6)
        customer.hear(note: Self.handed)
        #expect(customer.speakUp(isAsked: true) == nil, "the trainee's words go first")
        #expect(customer.speakUp()?.messages == [["Don't you have to ask how old I am?"]])
        customer.hear(note: Self.handed)
        #expect(customer.speakUp()?.messages.joined().contains { $0.contains("how old") } == false)
        #expect(customer.speakUp() == nil)
    }

    @Test(arguments: ["[scene] The other person reads the date of birth on your document and enters it.", nil])
    func `after an age check there is no such remark`(note: String?) {
        var customer = Customer(seed: 1, longest: 6)
        if let note {
            customer.hear(note: note)
            _ = customer.speakUp()
        } else {
            _ = customer.answer("May I ask for your date of birth?", instructions: Self.instructions, mayEnd: [])
        }
        customer.hear(note: Self.handed)
        #expect(customer.speakUp()?.messages.joined().contains { $0.contains("how old") } == false)
    }

    @Test func `a leaflet is no product, and what was seen before a replayed answer is old`() {
        var customer = Customer(seed: 1, longest: 6)
        customer.hear(note: "[scene] The other person puts a leaflet into your hand.")
        #expect(customer.speakUp()?.messages.joined().contains { $0.contains("how old") } == false)
        customer.hear(note: Self.handed)
        customer.hearReplay()
        #expect(customer.speakUp() == nil)
    }

    @Test func `the customer begins with the line that a note gives`() {
        var customer = Customer(seed: 1, longest: 6)
        customer.hear(note: "[opening] Nobody has spoken yet, and you begin. Say: «A pack of Reds.»")
        #expect(customer.speakUp()?.messages == [["A pack of Reds."]])
        #expect(customer.speakUp() == nil)
    }

    @Test(arguments: [
        "[scene] Your train leaves now. You have to go: say goodbye, and leave.",
        "[silence] You leave. Say a short goodbye, and call end_conversation with the outcome walked_away.",
    ])
    func `a note that sends the customer away leads to a goodbye`(note: String) {
        var customer = Customer(seed: 1, longest: 6)
        customer.hear(note: note)
        #expect(customer.speakUp() == nil)
        let reply = customer.open(
            instructions: Self.instructions, mayEnd: ["converted", "rejected", "walked_away"])
        #expect(reply.ending == "walked_away")
    }
}
