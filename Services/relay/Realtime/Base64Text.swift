/// Base64 that is checked, never decoded: audio passes through as the text it came as.
enum Base64Text {
    /// How many bytes the text stands for; nil when it is not base64 as RFC 4648 section 4 has it: the alphabet, padding
    /// at the very end only, a whole number of groups of four. So no quote, backslash or control character can pass.
    static func byteCount(of text: UnsafeRawBufferPointer) -> Int? {
        let count = text.count
        guard count % 4 == 0 else { return nil }
        guard count > 0 else { return 0 }
        let padding = text[count - 1] != Self.pad ? 0 : text[count - 2] != Self.pad ? 1 : 2
        guard isAlphabet(UnsafeRawBufferPointer(rebasing: text[..<(count - padding)])) else { return nil }
        return count / 4 * 3 - padding
    }

    private static let pad = UInt8(ascii: "=")

    /// Without branches, so that the compiler makes vector code of it; explicit SIMD types are slower by far (a factor of
    /// several hundred when measured).
    private static func isAlphabet(_ text: UnsafeRawBufferPointer) -> Bool {
        var bad: UInt8 = 0
        for byte in text {
            // One bit tells small letters from capitals, and sets no other byte among them.
            let letter: UInt8 = ((byte | 0x20) &- 97) < 26 ? 1 : 0
            // The slash stands directly before the digits.
            let slashOrDigit: UInt8 = (byte &- 47) < 11 ? 1 : 0
            let plus: UInt8 = byte == 43 ? 1 : 0
            bad |= 1 ^ (letter | slashOrDigit | plus)
        }
        return bad == 0
    }
}
