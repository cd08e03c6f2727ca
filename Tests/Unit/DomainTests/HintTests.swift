import Domain
import Testing

@Suite struct HintTests {
    @Test func `a hint is one visible line of bounded length`() {
        #expect(Hint.text("Ask him\n when \u{202E}he smokes.\u{0}") == "Ask him when he smokes.")
        #expect(Hint.text(nil) == nil)
        #expect(Hint.text(" \u{200B}\n") == nil)
        let long = Hint.text(String(repeating: "word ", count: 500_000)) ?? ""
        #expect(long.count <= Hint.longest && long.hasSuffix("word…"))
        let stacked = Hint.text("a" + String(repeating: "\u{301}", count: 100_000)) ?? ""
        #expect(stacked.utf8.count <= 4 * Hint.longest + 3)
    }

    @Test func `a shown hint is an event of the server, and read back from it`() {
        let hint = Hint(time: 83.2, text: "Ask him.")
        let event = SessionEvent.hint(hint)
        #expect(event.hint == hint)
        #expect(!event.isFromClient)
        #expect(SessionEvent(time: 1, type: .supervisor, data: ["guidance": "Soften."]).hint == nil)
        #expect(SessionEvent(time: 1, type: .vrInteraction, data: ["hint": "Mine."]).hint == nil)
    }
}
