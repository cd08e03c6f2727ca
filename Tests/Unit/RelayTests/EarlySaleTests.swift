import Domain
import Testing

@testable import Conversation

@Suite struct EarlySaleTests {
    /// An answer that ends the conversation with a sale.
    private func sale(_ number: Int, _ rig: inout Rig, outcome: String = "converted") {
        rig.hear(.responseCreated(id: "r\(number)"))
        rig.audio(500, of: "a\(number)", response: "r\(number)")
        rig.hear(
            .wordsDone(itemId: "a\(number)", responseId: "r\(number)", text: "Fine, I take it."),
            .responseDone(
                .init(
                    id: "r\(number)", status: .completed,
                    output: [
                        .init(
                            id: "f\(number)",
                            kind: .functionCall(
                                .init(
                                    callId: "c\(number)", name: "end_conversation",
                                    arguments: #"{"outcome":"\#(outcome)"}"#)))
                    ])))
    }

    private func supervised(at attitudes: Int...) -> Rig {
        var rig = Rig.talking()
        rig.step(.supervisorFound, after: 30_000)
        for (index, attitude) in attitudes.enumerated() { rig.step(.verdict(verdict(index + 1, attitude))) }
        return rig
    }

    @Test func `a sale at attitude 5 is refused in the tool's output, and the call goes on`() {
        var rig = supervised(at: 5)
        sale(1, &rig)
        #expect(rig.did.contains { $0.hasPrefix("output c1") && $0.contains("You are not there yet: ") })
        #expect(rig.did.contains("record claim voice_model converted"))
        #expect(rig.did.contains("respond"))
        #expect(rig.conversation.phase == .live(.talking))
        let claims = rig.facts.compactMap { if case .outcomeClaim(let claim) = $0.content { claim } else { nil } }
        #expect(claims.map(\.refused) == [true])
        rig.answer("Well, what does it cost?", item: "a2", response: "r2")
        #expect(rig.conversation.phase == .live(.talking))
    }

    @Test func `a sale at the attitude that the persona converts at ends the call`() {
        var rig = supervised(at: 5, 7)
        sale(1, &rig)
        #expect(rig.did.contains(#"output c1 {"ok":true}"#))
        #expect(rig.conversation.phase == .live(.ending))
    }

    @Test func `no sale is accepted in the first twenty seconds, whatever the attitude`() {
        var rig = Rig.talking()
        rig.step(.supervisorFound)
        for number in 1...3 { rig.step(.verdict(verdict(number, 3 + 2 * number))) }
        sale(1, &rig)
        #expect(rig.did.contains { $0.hasPrefix("output c1") && $0.contains("only just begun") })
        #expect(rig.conversation.phase == .live(.talking))
    }

    @Test func `without a supervisor nobody knows the attitude, and a sale is taken as said`() {
        var rig = Rig.talking()
        rig.fire(.idle, after: 25_000)
        sale(1, &rig)
        #expect(rig.conversation.phase == .live(.ending))
    }

    @Test(arguments: ["rejected", "walked_away"])
    func `a customer may refuse or leave at any time`(outcome: String) {
        var rig = Rig.talking()
        rig.step(.supervisorFound)
        sale(1, &rig, outcome: outcome)
        #expect(rig.conversation.phase == .live(.ending))
    }

    @Test func `a model that insists is asked to speak twice in a row, and again once the trainee has spoken`() {
        var rig = supervised(at: 5)
        for number in 1...5 { sale(number, &rig) }
        #expect(rig.history.filter { $0 == "respond" }.count == 2)
        #expect(rig.history.filter { $0.hasPrefix("output") }.count == 5)
        rig.step(.message(.text("Shall I show you?")), after: 1_000)
        #expect(rig.did.contains("respond"), "nobody is mute")
        sale(6, &rig)
        #expect(rig.did.contains("respond"))
        #expect(rig.conversation.phase == .live(.talking))
    }

    @Test func `claims of a model that insists are recorded up to a limit`() {
        var rig = supervised(at: 5)
        for number in 1...40 { sale(number, &rig) }
        #expect(rig.history.filter { $0.hasPrefix("record claim") }.count == 20)
    }
}
