import Domain
import Foundation
import Testing

@Suite struct TokenUsageTests {
    @Test func `cached tokens and audio are each billed once, at their own price`() throws {
        let prices = try #require(TokenPrices("4, 0.4, 24, 32, 0.4, 64"))
        #expect(prices == .standard)
        let usage = TokenUsage(
            inputTokens: 1_000_000, cachedInputTokens: 300_000, outputTokens: 500_000, audioInputTokens: 600_000,
            cachedAudioInputTokens: 200_000, audioOutputTokens: 400_000)
        // In: 300,000 text, 100,000 cached text, 400,000 audio, 200,000 cached audio; out: 100,000 text, 400,000 audio.
        let expected = 0.3 * 4 + 0.1 * 0.4 + 0.4 * 32 + 0.2 * 0.4 + 0.1 * 24 + 0.4 * 64
        #expect(abs(prices.cost(of: usage) - expected) < 1e-9)
    }

    @Test(arguments: [
        "", "1", "1,2,3,4,5", "1,2,3,4,5,6,7", "1,2,3,4,5,x", "1,2,3,4,5,-1", "1,2,3,4,5,nan", "1,,3,4,5,6",
    ])
    func `prices are six numbers`(text: String) {
        #expect(TokenPrices(text) == nil)
    }

    @Test func `more cached tokens than tokens do not make the cost negative`() {
        let usage = TokenUsage(
            inputTokens: 10, cachedInputTokens: 5_000, audioInputTokens: 99, cachedAudioInputTokens: 7)
        #expect(TokenPrices.standard.cost(of: usage) >= 0)
    }

    @Test func `sums keep the earlier cost and do not overflow`() {
        let one = TokenUsage(inputTokens: 1_000_000)
        let two = TokenUsage().adding(one, at: .standard).adding(one, at: .standard)
        #expect(two.inputTokens == 2_000_000)
        #expect(two.cost == 8)
        #expect(TokenUsage(inputTokens: .max).adding(one, at: .standard).inputTokens == .max)
    }

    @Test func `records from before costs were stored can be read`() throws {
        let old = Data(#"{"inputTokens":3,"cachedInputTokens":1,"outputTokens":2}"#.utf8)
        let usage = try JSONDecoder().decode(TokenUsage.self, from: old)
        #expect(usage == TokenUsage(inputTokens: 3, cachedInputTokens: 1, outputTokens: 2))
        #expect(try JSONDecoder().decode(TokenUsage.self, from: JSONEncoder().encode(usage)) == usage)
    }
}
