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

    /// - Parameters:
    ///   - text: base64, as `byteCount` has found it to be.
    ///   - output: has room for `byteCount` bytes.
    public static func decode(_ text: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) {
        guard output.count >= text.count / 4 * 3 - text.suffix(2).count(where: { $0 == pad }) else { return }
        values.withUnsafeBufferPointer { values in
            var written = 0
            for group in stride(from: 0, to: text.count - 3, by: 4) {
                var word: UInt32 = 0
                for offset in 0..<4 { word = word << 6 | UInt32(values[Int(text[group + offset])] & 63) }
                output[written] = UInt8(truncatingIfNeeded: word >> 16)
                // Only the last group is padded, and its missing bytes have no room.
                if text[group + 2] != pad { output[written + 1] = UInt8(truncatingIfNeeded: word >> 8) }
                if text[group + 3] != pad { output[written + 2] = UInt8(truncatingIfNeeded: word) }
                written += 3
            }
        }
    }

    /// The bytes that the text stands for, or nil when it is not base64.
    public static func bytes(of text: UnsafeRawBufferPointer) -> [UInt8]? {
        byteCount(of: text).map { count in
            [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
                decode(
                    text, into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(bytes)[..<count]))
                filled = count
            }
        }
    }

    // MARK: Tidying

    /// Base64 as other encoders write it, in the one form that `byteCount` takes: without line breaks and blanks, and
    /// with its padding. In JSON a line break and a slash may be escaped.
    ///
    /// - Returns: nil when the tidied text is not base64 either.
    public static func tidied(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
        var tidy: [UInt8] = []
        tidy.reserveCapacity(text.count + 3)
        var isEscaped = false
        for byte in text {
            if isEscaped {
                isEscaped = false
                switch byte {
                case UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"): continue
                case UInt8(ascii: "/"): tidy.append(byte)
                default: return nil
                }
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if !byte.isJSONBlank {
                tidy.append(byte)
            }
        }
        if !tidy.contains(pad) { tidy.append(contentsOf: repeatElement(pad, count: (4 - tidy.count % 4) % 4)) }
        let isBase64 = !isEscaped && tidy.withUnsafeBytes { byteCount(of: $0) } != nil
        return isBase64 ? tidy : nil
    }
}
