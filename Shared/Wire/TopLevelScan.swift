/// Finds the members of a JSON object without building a tree: one pass, no recursion, no allocation.
///
/// It trusts nothing: what is not shaped like an object ends the scan. It does not judge the values; whoever uses one
/// parses it.
enum TopLevelScan {
    /// Calls `visit` with the key, between its quotes, and the value, verbatim, until it returns false.
    ///
    /// - Returns: whether the bytes are one object to their end, or `visit` had enough.
    static func members(
        of bytes: UnsafeRawBufferPointer, visit: (_ key: Range<Int>, _ value: Range<Int>) -> Bool
    ) -> Bool {
        var index = 0
        func skipBlanks() {
            while index < bytes.count, isBlank(bytes[index]) { index += 1 }
        }
        func take(_ byte: UInt8) -> Bool {
            skipBlanks()
            guard index < bytes.count, bytes[index] == byte else { return false }
            index += 1
            return true
        }
        guard take(UInt8(ascii: "{")) else { return false }
        if take(UInt8(ascii: "}")) {
            skipBlanks()
            return index == bytes.count
        }
        repeat {
            guard take(UInt8(ascii: "\"")) else { return false }
            let keyStart = index
            guard let keyEnd = endOfString(in: bytes, from: keyStart) else { return false }
            index = keyEnd + 1
            guard take(UInt8(ascii: ":")) else { return false }
            skipBlanks()
            guard let valueEnd = endOfValue(in: bytes, from: index), valueEnd > index else { return false }
            let value = index..<valueEnd
            index = valueEnd
            if !visit(keyStart..<keyEnd, value) { return true }
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { return false }
        skipBlanks()
        return index == bytes.count
    }

    /// The value of `key`, verbatim; the first of several.
    static func value(of key: StaticString, in bytes: UnsafeRawBufferPointer) -> Range<Int>? {
        var found: Range<Int>?
        let name = UnsafeRawBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
        _ = members(of: bytes) { candidate, value in
            guard bytes[candidate].elementsEqual(name) else { return true }
            found = value
            return false
        }
        return found
    }

    /// The value of `key` where it is a string without escapes.
    static func string(_ key: StaticString, in bytes: UnsafeRawBufferPointer) -> String? {
        guard let range = value(of: key, in: bytes), range.count >= 2, bytes[range.lowerBound] == UInt8(ascii: "\"")
        else { return nil }
        let text = bytes[(range.lowerBound + 1)..<(range.upperBound - 1)]
        return text.contains(UInt8(ascii: "\\")) ? nil : String(decoding: text, as: UTF8.self)
    }

    /// The index of the closing quote.
    private static func endOfString(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""): return index
            case UInt8(ascii: "\\"): index += 2
            default: index += 1
            }
        }
        return nil
    }

    private static func endOfValue(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var depth = 0
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                guard let end = endOfString(in: bytes, from: index + 1) else { return nil }
                index = end
                if depth == 0 { return index + 1 }
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return index }
                depth -= 1
                if depth == 0 { return index + 1 }
            case UInt8(ascii: ","):
                if depth == 0 { return index }
            case let byte where depth == 0 && isBlank(byte): return index
            default: break
            }
            index += 1
        }
        return nil
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d
    }
}
