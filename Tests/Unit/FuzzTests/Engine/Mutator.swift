import SeededRandom

/// Changes inputs: bits and bytes, lengths, ranges, pieces of the format, and whole JSON values.
struct Mutator {
    /// In bytes. Longer inputs only cost time.
    static let longest = 32_768

    /// Numbers at the edges of types and limits, also as text.
    private static let numbers: [UInt64] = [
        0, 1, 2, 3, 4, 5, 125, 126, 127, 128, 255, 256, 999, 1_000, 32_767, 32_768, 65_535, 65_536, 1 << 20, 1 << 24,
        (1 << 24) + 1, 1 << 31, (1 << 31) - 1, 1 << 32, (1 << 32) - 1, 1 << 53, (1 << 53) + 1, 1 << 63, (1 << 63) - 1,
        .max,
    ]
    private static let values = [
        "null", "true", "false", "0", "-0", "-1", "1.5", "1e9", "1e309", "-1e309", "1e-400", "9007199254740993",
        "9223372036854775807", "9223372036854775808", "-9223372036854775809", "99999999999999999999999", #""""#, "[]",
        "{}", #""a""#, #""5""#, #""\u0000""#, #""\ud800""#, #""\"\\\/""#, "[[]]", "[{}]", #"{"":0}"#, "00", "NaN",
    ].map { Array($0.utf8) }
    private static let oddities: [[UInt8]] = [
        [0], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xEF, 0xBB, 0xBF],
        [0xE2, 0x80, 0x8B], [0xE2, 0x80, 0xAE], [0xCC, 0x81], [0xF0, 0x9F, 0x91, 0xA9, 0xE2, 0x80, 0x8D], [0xC2, 0x85],
        [0xE2, 0x80, 0xA8], [0x0D, 0x0A], [0x0D], [0x0A, 0x0A],
    ]

    let tokens: [[UInt8]]
    var dice: SplitMix64

    /// One to five changes of an input.
    mutating func mutated(_ input: [UInt8], with other: [UInt8]) -> [UInt8] {
        var bytes = input
        for _ in 0...dice.below(5) { change(&bytes, other) }
        if bytes.count > Self.longest { bytes.removeLast(bytes.count - Self.longest) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8], _ other: [UInt8]) {
        switch dice.below(16) {
        case 0 where !bytes.isEmpty: bytes[dice.below(bytes.count)] ^= 1 << UInt8(dice.below(8))
        case 1 where !bytes.isEmpty: bytes[dice.below(bytes.count)] = UInt8(dice.below(256))
        case 2: bytes.removeSubrange(range(in: bytes))
        case 3:
            let copied = bytes[range(in: bytes)]
            bytes.insert(contentsOf: copied, at: dice.below(bytes.count + 1))
        case 4: bytes.removeLast(dice.below(bytes.count + 1))
        case 5: overwriteNumber(in: &bytes)
        case 6: insert(Self.oddities, into: &bytes)
        case 7, 8: insert(tokens, into: &bytes)
        case 9: insert([Array(String(Self.numbers[dice.below(Self.numbers.count)]).utf8)], into: &bytes)
        case 10:
            let part = other[range(in: other)]
            bytes.replaceSubrange(range(in: bytes), with: part)
        case 11: repeatPart(of: &bytes)
        default: changeValue(in: &bytes)
        }
    }

    private mutating func range(in bytes: [UInt8]) -> Range<Int> {
        let start = dice.below(bytes.count + 1)
        let longest = min(bytes.count - start, dice.below(4) == 0 ? .max : 12)
        return start..<(start + dice.below(longest + 1))
    }

    private mutating func insert(_ choices: [[UInt8]], into bytes: inout [UInt8]) {
        guard !choices.isEmpty else { return }
        bytes.insert(contentsOf: choices[dice.below(choices.count)], at: dice.below(bytes.count + 1))
    }

    private mutating func overwriteNumber(in bytes: inout [UInt8]) {
        let width = [1, 2, 4, 8][dice.below(4)]
        guard bytes.count >= width else { return }
        let number = Self.numbers[dice.below(Self.numbers.count)]
        var digits = (0..<width).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
        if dice.below(2) == 0 { digits.reverse() }
        let start = dice.below(bytes.count - width + 1)
        bytes.replaceSubrange(start..<(start + width), with: digits)
    }

    private mutating func repeatPart(of bytes: inout [UInt8]) {
        let part = Array(bytes[range(in: bytes)].prefix(64))
        guard !part.isEmpty else { return }
        let count = dice.below([4, 40, 400, 4_000][dice.below(4)])
        guard part.count * count < Self.longest else { return }
        bytes.insert(contentsOf: repeatElement(part, count: count).joined(), at: dice.below(bytes.count + 1))
    }

    // MARK: JSON

    /// Replaces a value by an odd one, by a piece of the format or by another value, or removes it.
    private mutating func changeValue(in bytes: inout [UInt8]) {
        let found = Self.spans(of: bytes)
        guard !found.isEmpty else { return insert(tokens, into: &bytes) }
        let span = found[dice.below(found.count)]
        switch dice.below(5) {
        case 0: bytes.removeSubrange(span)
        case 1 where !tokens.isEmpty: bytes.replaceSubrange(span, with: tokens[dice.below(tokens.count)])
        case 2:
            let copied = bytes[span]
            bytes.replaceSubrange(found[dice.below(found.count)], with: copied)
        default: bytes.replaceSubrange(span, with: Self.values[dice.below(Self.values.count)])
        }
    }

    /// The ranges of strings, numbers, words, arrays and objects.
    static func spans(of bytes: [UInt8]) -> [Range<Int>] {
        var spans: [Range<Int>] = []
        var open: [Int] = []
        var index = 0
        while index < bytes.count {
            let start = index
            switch bytes[index] {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                open.append(index)
                index += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                index += 1
                if let start = open.popLast() { spans.append(start..<index) }
            case UInt8(ascii: "\""):
                index += 1
                while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
                    index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
                }
                index = min(index + 1, bytes.count)
                spans.append(start..<index)
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "a")...UInt8(ascii: "z"):
                while index < bytes.count, isWord(bytes[index]) { index += 1 }
                spans.append(start..<index)
            default: index += 1
            }
        }
        return spans
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
