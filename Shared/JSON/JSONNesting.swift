/// How deep arrays and objects are nested, found by one pass over the bytes.
///
/// JSON from outside is checked with this before any parser sees it, because parsers recurse and the stack is limited.
public enum JSONNesting {
    /// Maximum nesting that we accept from clients (design section 10).
    public static let limit = 32

    public static func isWithin(_ limit: Int = limit, _ bytes: some Sequence<UInt8>) -> Bool {
        var depth = 0
        var inString = false
        var escaped = false
        for byte in bytes {
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
                if depth > limit { return false }
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
        }
        return true
    }
}
