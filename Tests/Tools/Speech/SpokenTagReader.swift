import Foundation

/// Finds `SpokenTag`s in audio, at any position, among speech and silence.
public struct SpokenTagReader {
    private let samples: [Int16]
    private let cosines: [Float]
    private let sines: [Float]

    private init(_ samples: [Int16]) {
        self.samples = samples
        let length = SpokenTag.symbolLength
        let angles = (0..<16 * length).map { index in
            2 * Double.pi * Double(SpokenTag.firstBin + index / length) * Double(index % length) / Double(length)
        }
        cosines = angles.map { Float(cos($0)) }
        sines = angles.map { Float(sin($0)) }
    }

    /// The texts in `samples`, in order. A tag with a wrong checksum is skipped.
    public static func texts(in samples: [Int16]) -> [String] {
        SpokenTagReader(samples).texts()
    }

    private func texts() -> [String] {
        var texts = [String]()
        var at = 0
        var run = 0
        while at + SpokenTag.symbolLength <= samples.count {
            run = looksLikePreamble(at) ? run + 1 : 0
            at += SpokenTag.symbolLength
            // Half of the preamble is enough; the other half allows for windows that lie across its edges.
            guard run == SpokenTag.preambleLength / 2 else { continue }
            run = 0
            if let (text, end) = tag(near: at - SpokenTag.preambleLength / 2 * SpokenTag.symbolLength) {
                texts.append(text)
                at = end
            }
        }
        return texts
    }

    private func looksLikePreamble(_ at: Int) -> Bool {
        let energy = samples[at..<at + SpokenTag.symbolLength].reduce(Float(0)) { $0 + Float($1) * Float($1) }
        guard energy > Float(SpokenTag.symbolLength) * 10_000 else { return false }
        let inTones = (power(0, at) + power(15, at)) * 2 / Float(SpokenTag.symbolLength)
        return inTones > 0.4 * energy
    }

    /// The tag whose preamble is in progress at `start`. The symbol grid is where its two tones are clearest.
    private func tag(near start: Int) -> (String, end: Int)? {
        let length = SpokenTag.symbolLength
        let clearness = { (offset: Int) in
            (0..<4).reduce(Float(0)) {
                $0 + self.power(0, offset + 2 * $1 * length) + self.power(15, offset + (2 * $1 + 1) * length)
            }
        }
        guard let grid = (start..<start + 2 * length).max(by: { clearness($0) < clearness($1) }) else { return nil }
        var at = grid
        let latest = grid + (SpokenTag.preambleLength + 2) * length
        while (0..<4).map({ nibble(at + $0 * length) }) != SpokenTag.sync {
            at += length
            guard at <= latest else { return nil }
        }
        at += SpokenTag.sync.count * length
        func read(_ count: Int) -> [UInt8] {
            defer { at += 2 * count * length }
            return (0..<count).map { nibble(at + 2 * $0 * length) << 4 | nibble(at + (2 * $0 + 1) * length) }
        }
        let header = read(2)
        let count = Int(header[0]) << 8 | Int(header[1])
        guard count <= SpokenTag.longestText, at + 2 * (count + 4) * length <= samples.count else { return nil }
        let bytes = read(count)
        let check = read(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard check == SpokenTag.checksum(header + bytes), let text = String(validating: bytes, as: UTF8.self) else {
            return nil
        }
        return (text, at)
    }

    private func nibble(_ at: Int) -> UInt8 {
        UInt8((0..<16).max { power($0, at) < power($1, at) } ?? 0)
    }

    /// The squared magnitude of one tone in the window at `at`; 0 if the window exceeds the audio.
    private func power(_ tone: Int, _ at: Int) -> Float {
        guard at >= 0, at + SpokenTag.symbolLength <= samples.count else { return 0 }
        return samples.withUnsafeBufferPointer { samples in
            cosines.withUnsafeBufferPointer { cosines in
                sines.withUnsafeBufferPointer { sines in
                    let base = tone * SpokenTag.symbolLength
                    var real: Float = 0
                    var imaginary: Float = 0
                    for index in 0..<SpokenTag.symbolLength {
                        let sample = Float(samples[at + index])
                        real += sample * cosines[base + index]
                        imaginary += sample * sines[base + index]
                    }
                    return real * real + imaginary * imaginary
                }
            }
        }
    }
}
