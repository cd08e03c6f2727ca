import Testing

@testable import Conversation
@testable import RelayService

@Suite struct WordConfidenceTests {
    private func token(_ text: String, _ logprob: Double) -> WordConfidence.Token {
        .init(token: text, logprob: logprob)
    }

    @Test func `a word is unsure when its tokens together are less likely than not`() {
        let tokens = [token("It", -0.1), token("'s", -0.1), token(" harm", -0.4), token("less", -0.4), token(".", -9)]
        #expect(WordConfidence.unsureWords(in: tokens) == ["harmless"])
    }

    @Test func `a token that spans two words counts for both, and punctuation for none`() {
        #expect(
            WordConfidence.unsureWords(in: [token("quite safe", -1), token(" today", 0), token("?!", -9)]) == [
                "quite", "safe",
            ])
    }

    @Test func `a probability that is not a number counts as unsure, and the result is bounded`() {
        #expect(WordConfidence.unsureWords(in: [token("Hello", .nan)]) == ["Hello"])
        let many = (0..<10_000).map { token(" w\($0)", -5) }
        #expect(WordConfidence.unsureWords(in: many).count == WordConfidence.limit)
        #expect(WordConfidence.unsureWords(in: [token(String(repeating: "a", count: 100_000), -5)]).isEmpty)
        #expect(WordConfidence.unsureWords(in: []).isEmpty)
    }
}
