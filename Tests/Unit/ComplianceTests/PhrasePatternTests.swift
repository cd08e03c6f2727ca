import Testing

@testable import Compliance

struct PhrasePatternTests {
    private static let filler = PhrasePattern.Node.word(.whole("really"))

    private func quotes(_ pattern: String, _ text: String) throws -> [String] {
        let spoken = SpokenWords(text)
        return try PhrasePattern(pattern, classes: ["filler": Self.filler]).matches(in: spoken).map(spoken.quote)
    }

    @Test func `words, alternatives, prefixes and suffixes match`() throws {
        #expect(try quotes("free", "Free! Freedom, smoke-free") == ["Free", "free"])
        #expect(try quotes("smoke-free", "a smoke free and a Smoke-Free place") == ["smoke free", "Smoke-Free"])
        #expect(try quotes("safe|harmless", "harmless, unsafe, safe") == ["harmless", "safe"])
        #expect(try quotes("zdrav*", "Zdravější, nezdravé, ZDRAVÉ") == ["Zdravější", "ZDRAVÉ"])
        #expect(try quotes("*n't", "It isn’t, it is") == ["isn’t"])
    }

    @Test func `an alternative is a phrase, not a word`() throws {
        #expect(try quotes("good for you|no tar", "It's good for you, no tar, no you") == ["good for you", "no tar"])
        #expect(try quotes("(a|the (old|new)) glo", "a glo, the new glo, old glo") == ["a glo", "the new glo"])
        #expect(try quotes("(really)? good", "really good, good") == ["really good", "good", "good"])
    }

    @Test func `a gap skips up to five words within a clause`() throws {
        #expect(try quotes("neo ... tobacco", "neo one two three four five tobacco").count == 1)
        #expect(try quotes("neo ... tobacco", "neo one two three four five six tobacco").isEmpty)
        #expect(try quotes("neo ... tobacco", "neo, tobacco").isEmpty)
        #expect(try quotes("neo ... tobacco", "neo. Tobacco").isEmpty)
    }

    @Test func `fillers are skipped, three at most`() throws {
        #expect(try quotes("is ~ safe", "is really really safe").count == 1)
        #expect(try quotes("is ~ safe", "is really really really really safe").isEmpty)
        #expect(try quotes("is ~ safe", "is hardly safe").isEmpty)
    }

    @Test func `a pattern can be anchored to the edges of a clause`() throws {
        #expect(try quotes("^free", "Free it is, and free").count == 1)
        #expect(try quotes("it is free$", "It is free. It is free today") == ["It is free"])
    }

    @Test func `a decimal point and invisible characters do not split text`() throws {
        #expect(try quotes("1 5 mg", "1.5 mg") == ["1.5 mg"])
        #expect(try quotes("free", "fr\u{00AD}e\u{200D}e") == ["fr\u{00AD}e\u{200D}e"])
        #expect(try quotes("free", "f\u{0301}ree").count == 1)
    }

    @Test(arguments: [
        "", "...", "... free", "free ...", "free ... ... now", "*", "fr*ee", "free,", "a||b", "1 + 1", "(a|b", "a)",
        "a|a",
        "{unknown}", "a ^b", "a$ b", "(a)?",
    ])
    func `an invalid pattern is refused`(_ source: String) {
        #expect(throws: PhrasePattern.Flaw.self) { try PhrasePattern(source, classes: ["filler": Self.filler]) }
    }

    @Test func `a monologue is examined up to the word limit`() {
        let words = SpokenWords(String(repeating: "word ", count: SpokenWords.mostWords + 100)).words
        #expect(words.count == SpokenWords.mostWords)
    }
}
