import Foundation

/// Speech for machines without a voice: one tone per word, as long as the word would take.
enum Tones {
    static func speak(_ text: String) -> [Int16] {
        var samples = PCM16.silence(milliseconds: 20)
        for word in text.split(whereSeparator: \.isWhitespace) {
            let milliseconds = min(max(word.count * 65, 140), 600)
            let frequency = 140 + Double(word.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFF }) / 2
            let count = milliseconds * PCM16.samplesPerMillisecond
            for index in 0..<count {
                let time = Double(index) / Double(PCM16.sampleRate)
                let envelope = sin(.pi * Double(index) / Double(count))
                let wave = sin(2 * .pi * frequency * time) + 0.4 * sin(4 * .pi * frequency * time)
                samples.append(PCM16.clipped(6_000 * envelope * wave))
            }
            samples += PCM16.silence(milliseconds: word.last.map { ".?!,".contains($0) } == true ? 160 : 50)
        }
        return samples
    }
}
