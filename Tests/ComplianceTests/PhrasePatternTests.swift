import Testing

@testable import Compliance

struct PhrasePatternTests {
    private func quotes(_ pattern: String, _ text: String, barriers: Set<String> = []) throws -> [String] {
        let spoken = SpokenWords(text)
        return try #require(PhrasePattern(pattern)).matches(in: spoken, barriers: barriers).map(spoken.quote)
    }

    @Test func `words, alternatives, beginnings and endings`() throws {
        #expect(try quotes("free", "Free! Freedom, smoke-free") == ["Free", "free"])
        #expect(try quotes("smoke-free", "a smoke free and a Smoke-Free place") == ["smoke free", "Smoke-Free"])
        #expect(try quotes("safe|harmless", "harmless, unsafe, safe") == ["harmless", "safe"])
        #expect(try quotes("zdrav*", "Zdravější, nezdravé, ZDRAVÉ") == ["Zdravější", "ZDRAVÉ"])
        #expect(try quotes("*n't", "It isn’t, it is") == ["isn’t"])
    }

    @Test func `a gap passes up to five words, within a clause, and over no barrier`() throws {
        #expect(try quotes("neo ... tobacco", "neo one two three four five tobacco").count == 1)
        #expect(try quotes("neo ... tobacco", "neo one two three four five six tobacco").isEmpty)
        #expect(try quotes("neo ... tobacco", "neo, tobacco").isEmpty)
        #expect(try quotes("neo ... tobacco", "neo. Tobacco").isEmpty)
        #expect(try quotes("neo ... tobacco", "neo and veo tobacco", barriers: ["veo"]).isEmpty)
    }

    @Test func `a decimal point and invisible characters divide nothing`() throws {
        #expect(try quotes("1 5 mg", "1.5 mg") == ["1.5 mg"])
        #expect(try quotes("free", "fr\u{00AD}e\u{200D}e") == ["fr\u{00AD}e\u{200D}e"])
        #expect(try quotes("free", "f\u{0301}ree").count == 1)
    }

    @Test(arguments: ["", "...", "... free", "free ...", "free ... ... now", "*", "fr*ee", "free,", "a||b", "1 + 1"])
    func `what is no pattern is refused`(_ source: String) {
        #expect(PhrasePattern(source) == nil)
    }

    @Test func `a monologue is examined up to its bound`() {
        let words = SpokenWords(String(repeating: "word ", count: SpokenWords.mostWords + 100)).words
        #expect(words.count == SpokenWords.mostWords)
    }
}
