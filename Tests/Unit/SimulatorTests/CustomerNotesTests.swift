import Testing

@testable import Simulator

/// What the simulated customer makes of system items and of the tool's output.
@Suite struct CustomerNotesTests {
    private static let instructions = "You are Karel, and you stay Karel.\n# Mood\nUntil a note arrives you listen."
    private static let outcomes = ["converted", "rejected", "walked_away"]

    private func answer(_ customer: inout Customer, _ text: String = "So, there is this thing.") -> Customer.Reply {
        customer.answer(text, instructions: Self.instructions, mayEnd: Self.outcomes)
    }

    private func words(_ reply: Customer.Reply) -> String { reply.messages.joined().joined(separator: " ") }

    @Test(
        arguments: [
            ("You are on your way out: clipped.", 1), ("Your arms are crossed. You listen.", 3),
            ("You listen and ask back.", 5),
            ("You lean in.", 6), ("You want to try it.", 9), ("You have gone quiet.", 3), ("You repair lifts.", nil),
        ] as [(String, Int?)])
    func `a feeling is read from a sentence`(text: String, attitude: Int?) {
        #expect(Feeling.attitude(in: text) == attitude)
    }

    @Test func `the mood follows the sentence of a state item, and the outcome the mood`() {
        for (mood, outcome) in [("You want to try it: «Okay!»", "converted"), ("You are gone.", "walked_away")] {
            var customer = Customer(seed: 1, longest: 1)
            customer.hear(note: "[state] \(mood) You feel better about this than a moment ago.")
            #expect(answer(&customer).ending == outcome)
        }
        #expect(PersonaNotes(Self.instructions).attitude == 5)
    }

    @Test func `what he was told is doubted in the next answer, once`() {
        var customer = Customer(seed: 1, longest: 9)
        customer.hear(note: "[heard] The other person has just told you that veo contains tobacco. You doubt it.")
        #expect(words(answer(&customer)) == "Wait a moment. You say that veo contains tobacco? I doubt that.")
        #expect(!words(answer(&customer)).contains("doubt that"))
    }

    @Test func `in the answers that an option names he speaks as an assistant`() {
        var customer = Customer(seed: 1, longest: 9, outOfRole: [2, 4])
        let said = (1...4).map { _ in words(answer(&customer)) }
        #expect(said.map { $0.contains("AI language model") } == [false, true, false, true])
    }

    @Test func `he buys early if an option says so, stays when the tool refuses, and goes on`() {
        var customer = Customer(seed: 1, longest: 9, convertsIn: 1)
        #expect(answer(&customer).ending == "converted")
        #expect(customer.stay() == nil)
        customer.hear(toolOutput: #"{"refused":"You are not there yet."}"#)
        #expect(customer.stay()?.ending == nil)
        #expect(customer.stay() == nil)
        #expect(answer(&customer).ending == nil)
        customer.hear(toolOutput: #"{"ok":true}"#)
        #expect(customer.stay() == nil)
    }
}
