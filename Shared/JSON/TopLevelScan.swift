public import Foundation

/// Walks over the members of one JSON object without building anything: keys and values are ranges of the bytes.
///
/// One pass, no recursion, no allocation. It checks no more than finding the ranges takes; a document that must be
/// valid goes through a parser. It is on the path of all audio, so it is inlinable throughout.
public struct TopLevelScan {
    @usableFromInline let bytes: UnsafeRawBufferPointer
    @usableFromInline var position = 0
    @usableFromInline var started = false
    /// True when the object was closed and only white space follows it.
    public private(set) var isComplete = false

    /// - Parameter bytes: must stay valid until the last call of `next`.
    @inlinable
    public init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    public struct Member {
        /// Between the quotes of the key.
        public var key: Range<Int>
        /// False for a key with escapes, whose bytes are not its text.
        public var hasPlainKey: Bool
        /// The whole value; for a string without its quotes.
        public var value: Range<Int>
        public var isString: Bool
        /// A string without any escape, so that its bytes are its text.
        public var isPlainString: Bool

        @inlinable
        init(key: Range<Int>, hasPlainKey: Bool, value: Range<Int>, isString: Bool, isPlainString: Bool) {
            self.key = key
            self.hasPlainKey = hasPlainKey
            self.value = value
            self.isString = isString
            self.isPlainString = isPlainString
        }

        /// The whole value; for a string with its quotes.
        @inlinable
        public var verbatim: Range<Int> {
            isString ? (value.lowerBound - 1)..<(value.upperBound + 1) : value
        }
    }

    /// The next member, or nil at the end of the object and where the text stops being an object.
    @inlinable
    public mutating func next() -> Member? {
        skipBlanks()
        if started {
            if take(UInt8(ascii: "}")) {
                finish()
                return nil
            }
            guard take(UInt8(ascii: ",")) else { return nil }
        } else {
            guard take(UInt8(ascii: "{")) else { return nil }
            started = true
            skipBlanks()
            if take(UInt8(ascii: "}")) {
                finish()
                return nil
            }
        }
        skipBlanks()
        guard let key = string() else { return nil }
        skipBlanks()
        guard take(UInt8(ascii: ":")) else { return nil }
        skipBlanks()
        if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
            guard let value = string() else { return nil }
            return Member(
                key: key.range, hasPlainKey: key.isPlain, value: value.range, isString: true,
                isPlainString: value.isPlain)
        }
        let start = position
        guard skipValue(), position > start else { return nil }
        return Member(
            key: key.range, hasPlainKey: key.isPlain, value: start..<position, isString: false, isPlainString: false)
    }

    /// The first member of this name.
    @inlinable
    public static func member(_ key: StaticString, in bytes: UnsafeRawBufferPointer) -> Member? {
        var scan = TopLevelScan(bytes)
        while let member = scan.next() {
            if bytes.is(key, at: member.key) { return member }
        }
        return nil
    }

    /// The value of the first member of this name, if it is a string without escapes.
    @inlinable
    public static func string(_ key: StaticString, in bytes: UnsafeRawBufferPointer) -> String? {
        guard let member = member(key, in: bytes), member.isPlainString else { return nil }
        return String(decoding: bytes[member.value], as: UTF8.self)
    }

    @usableFromInline
    mutating func finish() {
        skipBlanks()
        isComplete = position == bytes.count
    }

    @inlinable
    mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    @inlinable
    mutating func skipBlanks() {
        while position < bytes.count, bytes[position].isJSONBlank { position += 1 }
    }

    /// Starts at the opening quote and ends behind the closing one.
    @inlinable
    mutating func string() -> (range: Range<Int>, isPlain: Bool)? {
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

    /// A number or a word ends before the next token; an array or object ends with its last bracket.
    @usableFromInline
    mutating func skipValue() -> Bool {
        guard position < bytes.count else { return false }
        guard bytes[position] == UInt8(ascii: "{") || bytes[position] == UInt8(ascii: "[") else {
            while position < bytes.count {
                switch bytes[position] {
                case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: "\""): return true
                case let byte where byte.isJSONBlank: return true
                default: position += 1
                }
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
