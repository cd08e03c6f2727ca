/// Base64 as RFC 4648 section 4 defines it, between buffers. Foundation's would copy the bytes into a `Data` and a
/// `String`.
public enum Base64Text {
    private static let pad = UInt8(ascii: "=")

    private static let alphabet = [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The value of each character; 255 for every other byte.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    // MARK: Checking

    /// How many bytes the text stands for, or nil when it is not base64: only the alphabet, padding only at the very
    /// end, a whole number of groups of four. So no quote, backslash or control character passes.
    public static func byteCount(of text: UnsafeRawBufferPointer) -> Int? {
        let count = text.count
        guard count % 4 == 0 else { return nil }
        guard count > 0 else { return 0 }
        let padding = text[count - 1] != pad ? 0 : text[count - 2] != pad ? 1 : 2
        guard isAlphabet(UnsafeRawBufferPointer(rebasing: text[..<(count - padding)])) else { return nil }
        return count / 4 * 3 - padding
    }

    /// Without branches, so that the compiler vectorizes it; explicit SIMD types are slower by far (a factor of several
    /// hundred when measured).
    private static func isAlphabet(_ text: UnsafeRawBufferPointer) -> Bool {
        var bad: UInt8 = 0
        for byte in text {
            // One bit tells small letters from capitals, and no other byte becomes a letter by it.
            let letter: UInt8 = ((byte | 0x20) &- 97) < 26 ? 1 : 0
            // The slash stands directly before the digits.
            let slashOrDigit: UInt8 = (byte &- 47) < 11 ? 1 : 0
            let plus: UInt8 = byte == 43 ? 1 : 0
            bad |= 1 ^ (letter | slashOrDigit | plus)
        }
        return bad == 0
    }

    // MARK: Encoding

    /// Characters for this number of bytes, padding included.
    @inlinable
    public static func length(ofBytes count: Int) -> Int {
        (count + 2) / 3 * 4
    }

    /// - Parameter output: as long as `length(ofBytes:)` says.
    public static func encode(_ bytes: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) {
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
                output[written + 2] = left > 1 ? alphabet[Int(word >> 6 & 63)] : pad
                output[written + 3] = left > 2 ? alphabet[Int(word & 63)] : pad
                read += 3
                written += 4
            }
        }
    }

    // MARK: Decoding

    /// Bytes of buffer that `decode` needs for this number of characters.
    @inlinable
    public static func capacity(forDecoding count: Int) -> Int {
        count / 4 * 3
    }

    /// - Parameter output: as long as `capacity(forDecoding:)` says.
    /// - Returns: how many bytes were decoded, or nil when the text is not base64 with its padding.
    public static func decode(_ text: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int? {
        guard text.count.isMultiple(of: 4) else { return nil }
        let padding = text.suffix(2).count { $0 == pad }
        let isValid = values.withUnsafeBufferPointer { values in
            var isValid = true
            var written = 0
            for group in stride(from: 0, to: text.count, by: 4) {
                var word: UInt32 = 0
                for offset in 0..<4 {
                    let character = text[group + offset]
                    let isPadding = character == pad && group + offset >= text.count - padding
                    let value = isPadding ? 0 : values[Int(character)]
                    if value == 255 { isValid = false }
                    word = word << 6 | UInt32(value & 63)
                }
                output[written] = UInt8(truncatingIfNeeded: word >> 16)
                output[written + 1] = UInt8(truncatingIfNeeded: word >> 8)
                output[written + 2] = UInt8(truncatingIfNeeded: word)
                written += 3
            }
            return isValid
        }
        return isValid ? text.count / 4 * 3 - padding : nil
    }
}
