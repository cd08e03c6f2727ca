/// How deep arrays and objects are nested, and how many values there are, found by one pass over the bytes.
///
/// JSON from outside is checked with this before any parser sees it, because parsers recurse and the stack is limited,
/// and because a value costs a parser far more than its bytes do.
public enum JSONNesting {
    /// Maximum nesting that we accept from clients (design section 10).
    public static let limit = 32

    public static func isWithin(_ limit: Int = limit, _ bytes: some Sequence<UInt8>) -> Bool {
        let isWithin = bytes.withContiguousStorageIfAvailable {
            values(in: UnsafeRawBufferPointer($0), nestedUpTo: limit) != nil
        }
        return isWithin ?? Array(bytes).withUnsafeBytes { values(in: $0, nestedUpTo: limit) != nil }
    }

    /// At least the number of values, and up to twice as many where arrays and objects are empty.
    ///
    /// - Returns: nil as soon as the nesting exceeds the limit, and for a NUL, which no JSON contains: a parser takes such
    ///   bytes for UTF-16, in which this pass would see other quotes and brackets.
    public static func values(in bytes: UnsafeRawBufferPointer, nestedUpTo limit: Int = limit) -> Int? {
        var values = 1
        var depth = 0
        var inString = false
        var escaped = false
        for byte in bytes {
            if byte == 0 { return nil }
            if inString {
                if escaped {
                    escaped = false
                } else if byte == UInt8(ascii: "\\") {
                    escaped = true
                } else if byte == UInt8(ascii: "\"") {
                    inString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): inString = true
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                if depth > limit { return nil }
                values += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: ","): values += 1
            default: break
            }
        }
        return values
    }
}
