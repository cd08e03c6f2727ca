import NIOCore

/// RFC 4648 section 4 between buffers. Foundation's would copy the samples into a `Data` and a `String` on the way.
enum Base64 {
    private static let alphabet = [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    /// - Parameter output: room for four bytes for every three of `bytes`, and for every rest.
    static func encode(_ bytes: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) {
        alphabet.withUnsafeBufferPointer { alphabet in
            var read = 0
            var written = 0
            while read < bytes.count {
                let left = bytes.count - read
                let word =
                    UInt32(bytes[read]) << 16 | (left > 1 ? UInt32(bytes[read + 1]) << 8 : 0)
                    | (left > 2 ? UInt32(bytes[read + 2]) : 0)
                output[written] = alphabet[Int(word >> 18)]
                output[written + 1] = alphabet[Int(word >> 12 & 63)]
                output[written + 2] = left > 1 ? alphabet[Int(word >> 6 & 63)] : UInt8(ascii: "=")
                output[written + 3] = left > 2 ? alphabet[Int(word & 63)] : UInt8(ascii: "=")
                read += 3
                written += 4
            }
        }
    }

    /// Nil for what is no base64 with its padding.
    static func decode(_ text: UnsafeRawBufferPointer) -> ByteBuffer? {
        guard text.count.isMultiple(of: 4) else { return nil }
        let padding = text.suffix(2).count { $0 == UInt8(ascii: "=") }
        let count = text.count / 4 * 3 - padding
        guard count >= 0 else { return nil }
        var result = ByteBuffer()
        var isValid = true
        result.writeWithUnsafeMutableBytes(minimumWritableBytes: text.count / 4 * 3) { output in
            values.withUnsafeBufferPointer { values in
                var written = 0
                for group in stride(from: 0, to: text.count, by: 4) {
                    var word: UInt32 = 0
                    for offset in 0..<4 {
                        let character = text[group + offset]
                        let isPadding = character == UInt8(ascii: "=") && group + offset >= text.count - padding
                        let value = isPadding ? 0 : values[Int(character)]
                        if value == 255 { isValid = false }
                        word = word << 6 | UInt32(value & 63)
                    }
                    output[written] = UInt8(truncatingIfNeeded: word >> 16)
                    output[written + 1] = UInt8(truncatingIfNeeded: word >> 8)
                    output[written + 2] = UInt8(truncatingIfNeeded: word)
                    written += 3
                }
            }
            return isValid ? count : 0
        }
        return isValid ? result : nil
    }
}
