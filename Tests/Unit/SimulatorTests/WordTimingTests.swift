import Speech
import Testing

@testable import Simulator

@Suite struct WordTimingTests {
    @Test func `long words and pauses take longer, and the last word ends with the audio`() {
        // 140 + 50, 6 · 65 + 160, 600 + 160
        #expect(WordTiming.ends(of: ["I", "smoke,", "occasionally."], over: 1_500) == [190, 740, 1_500])
        #expect(WordTiming.ends(of: ["I", "smoke,", "occasionally."], over: 3_000) == [380, 1_480, 3_000])
        #expect(WordTiming.ends(of: [], over: 1_500) == [])
        #expect(WordTiming.ends(of: ["Hm."], over: 700) == [700])
    }

    @Test func `the tones that replace a voice have the same length for each word`() async {
        let words = ["Well,", "occasionally", "I", "do."]
        let speech = SpeechSynthesizer(tonesOnly: true)
        func length(_ count: Int) async -> Int {
            await speech.speak(words.prefix(count).joined(separator: " "), voice: "verse").count
        }
        let whole = await length(4)
        for (index, end) in WordTiming.ends(of: words, over: whole).enumerated() {
            let spoken = await length(index + 1)
            #expect(abs(end - spoken) < 30 * PCM16.samplesPerMillisecond, "\(words[index])")
        }
    }
}
