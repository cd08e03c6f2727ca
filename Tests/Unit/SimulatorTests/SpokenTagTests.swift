import Speech
import Testing

@Suite struct SpokenTagTests {
    @Test(arguments: ["", "a", "Dobrý den, pane Karle!", String(repeating: "long ", count: 60)])
    func `a tag is read at any position, even next to noise`(text: String) {
        for lead in [0, 1, 37, 63, 500, 4_321] {
            let noise = (0..<lead).map { Int16(($0 * 7_919) % 201 - 100) }
            let voice = (0..<4_000).map { Int16(($0 * 31) % 6_001 - 3_000) }
            #expect(SpokenTagReader.texts(in: noise + SpokenTag.samples(for: text) + voice) == [text])
        }
    }

    @Test func `two utterances in one recording are both read`() {
        let samples = SpokenTag.samples(for: "one") + PCM16.silence(milliseconds: 99) + SpokenTag.samples(for: "two")
        #expect(SpokenTagReader.texts(in: samples) == ["one", "two"])
    }

    @Test func `a damaged or truncated tag is not read`() {
        var samples = SpokenTag.samples(for: "hello")
        let whole = samples
        for index in 2_000..<2_300 { samples[index] = 0 }
        #expect(SpokenTagReader.texts(in: samples).isEmpty)
        #expect(SpokenTagReader.texts(in: Array(whole.dropLast(1_500))).isEmpty)
        #expect(SpokenTagReader.texts(in: []).isEmpty)
    }

    @Test func `real speech contains no tag`() async {
        let speech = await SpeechSynthesizer().speak(
            "She sells sea shells, six sizes, sixty-six systems.", voice: "verse")
        #expect(speech.count > 24_000)
        #expect(SpokenTagReader.texts(in: speech).isEmpty)
    }
}
