import Foundation

/// Walks over the members of a JSON object without building anything: keys and values are ranges of the bytes.
///
/// It checks as much as finding the ranges takes and no more; who needs a checked document parses it.
struct TopLevelScan {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    private var started = false
    /// True when the object was closed and nothing but white space came after it.
    private(set) var isComplete = false

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    struct Member {
        /// Between the quotes of the key.
        var key: Range<Int>
        /// The whole value; for a string without its quotes.
        var value: Range<Int>
        /// A string without any escape, so that its bytes are its text.
        var isPlainString: Bool
    }

    /// The next member, or nil at the end of the object and where the text stops being an object.
    mutating func next() -> Member? {
        if !started {
            skipSpace()
            guard take(UInt8(ascii: "{")) else { return nil }
            started = true
            skipSpace()
            if take(UInt8(ascii: "}")) {
                finish()
                return nil
            }
        } else {
            skipSpace()
            if take(UInt8(ascii: "}")) {
                finish()
                return nil
            }
            guard take(UInt8(ascii: ",")) else { return nil }
            skipSpace()
        }
        guard let key = string(), key.isPlain else { return nil }
        skipSpace()
        guard take(UInt8(ascii: ":")) else { return nil }
        skipSpace()
        if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
            guard let value = string() else { return nil }
            return Member(key: key.range, value: value.range, isPlainString: value.isPlain)
        }
        let start = position
        guard skipValue(), position > start else { return nil }
        return Member(key: key.range, value: start..<position, isPlainString: false)
    }

    private mutating func finish() {
        skipSpace()
        isComplete = position == bytes.count
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    /// Stands on the opening quote; leaves behind the closing one.
    private mutating func string() -> (range: Range<Int>, isPlain: Bool)? {
        guard take(UInt8(ascii: "\"")), let base = bytes.baseAddress else { return nil }
        let start = position
        var from = start
        while let found = memchr(base + from, Int32(UInt8(ascii: "\"")), bytes.count - from) {
            let quote = UnsafeRawPointer(found) - base
            var backslashes = 0
            while quote - 1 - backslashes >= start, bytes[quote - 1 - backslashes] == UInt8(ascii: "\\") {
                backslashes += 1
            }
            if backslashes % 2 == 0 {
                position = quote + 1
                let isPlain = memchr(base + start, Int32(UInt8(ascii: "\\")), quote - start) == nil
                return (start..<quote, isPlain)
            }
            from = quote + 1
        }
        return nil
    }

    private mutating func skipValue() -> Bool {
        guard position < bytes.count else { return false }
        guard bytes[position] == UInt8(ascii: "{") || bytes[position] == UInt8(ascii: "[") else {
            while position < bytes.count, bytes[position] != UInt8(ascii: ","), bytes[position] != UInt8(ascii: "}") {
                position += 1
            }
            return true
        }
        var depth = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                guard string() != nil else { return false }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            position += 1
            if depth == 0 { return true }
        }
        return false
    }
}
