import Testing

@testable import WebSocket

@Suite struct MaskingKeyTests {
    @Test func `masking in wide steps equals masking byte by byte`() {
        let key: [UInt8] = [1, 20, 30, 255]
        let word = key.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }
        for count in [0, 1, 3, 4, 15, 16, 17, 31, 32, 100] {
            for offset in 0..<6 {
                let source = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7 + 3) }
                var masked = [UInt8](repeating: 0, count: count)
                source.withUnsafeBytes { source in
                    masked.withUnsafeMutableBytes { MaskingKey(word: word).copy(source, to: $0, offset: offset) }
                }
                #expect(masked == source.enumerated().map { $1 ^ key[($0 + offset) % 4] })
            }
        }
    }

    @Test func `keys differ`() {
        var source = MaskingKeySource()
        let keys = (0..<3000).map { _ in source.draw() }
        #expect(Set(keys).count > 2990)
    }
}
