import JSON

/// MongoDB's decimal numbers (IEEE 754 decimal128 in its binary form), as far as JSON needs them: whole numbers beyond
/// 64 bits keep all their digits in it.
enum Decimal128 {
    private static let type: UInt8 = 0x13
    /// The stored exponent that means 0.
    private static let bias = 6176

    /// - Parameter whole: at most 34 digits.
    static func bson(_ whole: Int128) -> BSONValue {
        let sign: UInt128 = whole < 0 ? 1 : 0
        let bits = sign << 127 | UInt128(bias) << 113 | whole.magnitude
        return .foreign(
            type: type, bytes: (0..<16).map { UInt8(truncatingIfNeeded: bits >> UInt128($0 * 8)) })
    }

    /// A whole number with its digits, any other as the nearest `Double`. Nil for other types, infinity and NaN.
    static func json(type: UInt8, _ bytes: [UInt8]) -> JSONValue? {
        guard type == Self.type, bytes.count == 16 else { return nil }
        let bits = bytes.reversed().reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        // Both bits set: infinity, NaN, or a coefficient that no writer uses.
        guard bits >> 125 & 3 != 3 else { return nil }
        let exponent = Int(truncatingIfNeeded: bits >> 113 & 0x3fff) - bias
        let magnitude = Int128(bits & (1 << 113 - 1))
        let whole = bits >> 127 == 1 ? -magnitude : magnitude
        if exponent == 0, let value = JSONValue(exactly: whole) { return value }
        return Double("\(whole)e\(exponent)").map { .number($0) }
    }
}
