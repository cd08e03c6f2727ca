import Foundation

/// Text encoded as audio at the start of generated speech, so that a simulator that cannot recognise speech knows what
/// was said. It is ordinary audio: nothing on the way needs to know about it.
///
/// Sixteen tones from 6,000 to 11,625 Hz, 64 samples each, four bits per tone: alternating tones to find the grid, a
/// sync word, the length, UTF-8, and a CRC-32. About 187 bytes per second.
public enum SpokenTag {
    static let symbolLength = 64
    static let firstBin = 16
    static let preambleLength = 16
    static let sync: [UInt8] = [5, 10, 3, 12]
    public static let longestText = 1_000
    private static let amplitude = 1_600.0

    /// The samples for `text`, truncated to `longestText` bytes.
    public static func samples(for text: String) -> [Int16] {
        var bytes = [UInt8]()
        for character in text {
            guard bytes.count + character.utf8.count <= longestText else { break }
            bytes += character.utf8
        }
        let body = [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes
        let check = checksum(body)
        let nibbles = (body + (0..<4).map { UInt8(truncatingIfNeeded: check >> (24 - 8 * $0)) }).flatMap {
            [$0 >> 4, $0 & 15]
        }
        let preamble = (0..<preambleLength).map { UInt8($0 % 2 == 0 ? 0 : 15) }
        // Silence on both sides separates the tones from the speech.
        return PCM16.silence(milliseconds: 5) + (preamble + sync + nibbles).flatMap(symbol)
            + PCM16.silence(milliseconds: 30)
    }

    private static func symbol(_ nibble: UInt8) -> [Int16] {
        (0..<symbolLength).map { index in
            let bin = Double(firstBin + Int(nibble))
            return PCM16.clipped(amplitude * sin(2 * .pi * bin * Double(index) / Double(symbolLength)))
        }
    }

    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
    }
}
