import Testing

@testable import Conversation
@testable import RelayService

@Suite struct CustomerWordsTests {
    private func words(_ text: String) -> CustomerWords {
        var words = CustomerWords()
        words.complete(text)
        return words
    }

    @Test(arguments: [
        (0, 1000, ""), (1000, 1000, "one two three four"), (1200, 1000, "one two three four"), (500, 1000, "one two"),
        (100, 1000, ""), (400, 1000, "one two"), (380, 1000, "one"), (999, 1000, "one two three"), (500, 0, ""),
    ])
    func `words are cut to the share that was heard, whole words only`(heard: Int, received: Int, expected: String) {
        #expect(words("one two three four").heard(heard, of: received, pace: nil) == expected)
    }

    @Test(arguments: [
        // 18 characters at 100 ms each would take 1,800 ms; 900 ms of audio came before it broke off.
        (900, 900, "one two"), (450, 900, "one"), (100, 900, ""),
        // 6.6 characters round to seven, which is two words; 6.4 round to six.
        (660, 900, "one two"), (640, 900, "one"),
        // More audio than the words need: it contained all of them.
        (4_000, 4_000, "one two three four"),
    ])
    func `words that were written ahead of audio that broke off were not heard`(
        heard: Int, received: Int, expected: String
    ) {
        #expect(words("one two three four").heard(heard, of: received, pace: 100) == expected)
    }

    @Test func `words that were not yet written when audio came are not in it`() {
        var words = CustomerWords()
        words.add("one", audioMs: 0)
        words.add(" two", audioMs: 400)
        words.add(" three four five six seven", audioMs: 800)
        #expect(words.heard(390, of: 1_000, pace: nil) == "one")
        #expect(words.heard(500, of: 1_000, pace: nil) == "one two")
        #expect(words.heard(1_000, of: 1_000, pace: nil) == "one two three four five six seven")
    }

    @Test func `words that are written after the audio do not show when they were spoken`() {
        var words = CustomerWords()
        words.add("one two three four", audioMs: 1_000)
        #expect(words.heard(500, of: 1_000, pace: nil) == "one two")
    }

    @Test func `text in any script is cut at whole words`() {
        #expect(CustomerWords.prefix(of: "Dobrý den, přejete si?", characters: 12) == "Dobrý den,")
        #expect(CustomerWords.prefix(of: "👩‍👩‍👧 ano ne", characters: 5) == "👩‍👩‍👧 ano")
        #expect(CustomerWords.prefix(of: "one", characters: -1) == "")
    }

    @Test func `a session learns its customer's pace, within bounds`() {
        var pace = SpeakingPace()
        #expect(pace.pace == CustomerWords.usualPace)
        pace.learn(characters: 100, milliseconds: 8_000)
        #expect(pace.pace == 80)
        pace.learn(characters: 1_000, milliseconds: 1)
        #expect(pace.pace == 30)
    }
}
