/// Takes secrets out of a log line: OpenAI keys, bearer tokens, `token=` in URLs, passwords in database URLs.
///
/// A safety net only: code must still never log a secret.
enum Redaction {
    private static let marks: [(prefix: [UInt8], ends: @Sendable (UInt8) -> Bool)] = [
        (Array("bearer ".utf8), { !isToken($0) }),
        (Array("bearer.".utf8), { !isToken($0) }),
        (Array("token=".utf8), { !isToken($0) }),
        (Array("sk-".utf8), { !isToken($0) }),
    ]

    static func apply(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard
            bytes.contains(where: {
                $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "=") || $0 | 0x20 == UInt8(ascii: "b")
                    || $0 == UInt8(ascii: "@")
            })
        else { return text }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if let end = passwordEnd(bytes, at: index) {
                result += Array("://[redacted]".utf8)
                index = end
            } else if let (prefix, end) = secretEnd(bytes, at: index) {
                result += bytes[index..<prefix]
                result += Array("[redacted]".utf8)
                index = end
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Start and end of the secret, if one of the marks is at `index`.
    private static func secretEnd(_ bytes: [UInt8], at index: Int) -> (start: Int, end: Int)? {
        for (prefix, ends) in marks where bytes[index] | 0x20 == prefix[0] {
            let start = index + prefix.count
            guard start < bytes.count, bytes[index..<start].elementsEqual(prefix, by: { $0 == $1 || $0 | 0x20 == $1 })
            else { continue }
            let end = bytes[start...].firstIndex(where: ends) ?? bytes.count
            // "sk-" inside a word, as in "risk-averse", is not a key; keys are long and stand alone.
            if prefix.count == 3, end - start < 8 || (index > 0 && isToken(bytes[index - 1])) { continue }
            if end > start { return (start, end) }
        }
        return nil
    }

    /// Position of the `@` that ends the user and password of a URL, if `://` is at `index`.
    private static func passwordEnd(_ bytes: [UInt8], at index: Int) -> Int? {
        guard index + 3 < bytes.count, bytes[index...(index + 2)].elementsEqual("://".utf8) else { return nil }
        for position in (index + 3)..<bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "@"): return position
            case UInt8(ascii: "/"), UInt8(ascii: " "), UInt8(ascii: "\""), UInt8(ascii: "?"): return nil
            default: continue
            }
        }
        return nil
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"), UInt8(ascii: "+"),
            UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "%"):
            true
        default: false
        }
    }
}
