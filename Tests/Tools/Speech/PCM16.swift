public import Foundation

/// The audio format of the whole project: 16 bit little endian, mono, 24,000 samples per second.
public enum PCM16 {
    public static let sampleRate = 24_000
    public static let samplesPerMillisecond = 24
    public static let bytesPerMillisecond = 48

    public static func data(_ samples: some Collection<Int16>) -> Data {
        var data = Data(capacity: samples.count * 2)
        for sample in samples { withUnsafeBytes(of: sample.littleEndian) { data.append(contentsOf: $0) } }
        return data
    }

    /// A trailing odd byte is ignored.
    public static func samples(_ data: Data) -> [Int16] {
        data.withUnsafeBytes { bytes in
            (0..<bytes.count / 2).map {
                Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 2, as: Int16.self))
            }
        }
    }

    public static func silence(milliseconds: Int) -> [Int16] {
        [Int16](repeating: 0, count: max(0, milliseconds) * samplesPerMillisecond)
    }

    /// The nearest sample: clips values outside the range; 0 for values that are not finite.
    static func clipped(_ value: Double) -> Int16 {
        guard value.isFinite else { return 0 }
        return Int16(min(max(value.rounded(), -32_768), 32_767))
    }
}
