/// Any JSON: what clients put into `metadata` and into an event's `data`, kept as it came.
public enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// A whole number beyond `Int64` with at most 34 digits. Those with more are a `number`.
    case large(Int128)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    public subscript(key: String) -> JSONValue? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    public var bool: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }

    /// False if a key contains NUL: BSON ends a key at the first NUL, so it would be read back as another key. The
    /// caller limits the nesting first.
    public var isStorable: Bool {
        switch self {
        case .object(let members): members.allSatisfy { !$0.key.utf8.contains(0) && $0.value.isStorable }
        case .array(let items): items.allSatisfy(\.isStorable)
        case .null, .bool, .integer, .large, .number, .string: true
        }
    }

    /// What an empty value weighs.
    private static let leastWeight = 8

    /// Approximate size in bytes, including keys. Every value weighs something, because each takes memory and time,
    /// whatever it holds.
    public var weight: Int {
        switch self {
        case .null, .bool, .integer, .number: Self.leastWeight
        case .large: 2 * Self.leastWeight
        case .string(let text): max(Self.leastWeight, text.utf8.count)
        case .array(let items): items.reduce(Self.leastWeight) { $0 + $1.weight }
        case .object(let members):
            members.reduce(Self.leastWeight) { $0 + $1.key.utf8.count + $1.value.weight }
        }
    }

    /// The largest whole number of 34 digits: what decimal numbers of databases hold.
    public static let largest: Int128 = 9_999_999_999_999_999_999_999_999_999_999_999

    /// A whole number, or nil beyond 34 digits.
    public init?(exactly whole: Int128) {
        if let small = Int64(exactly: whole) {
            self = .integer(small)
        } else if whole.magnitude <= Self.largest.magnitude {
            self = .large(whole)
        } else {
            return nil
        }
    }

    public var number: Double? {
        switch self {
        case .integer(let whole): Double(whole)
        case .large(let whole): Double(whole)
        case .number(let value): value
        case .null, .bool, .string, .array, .object: nil
        }
    }
}

extension JSONValue: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .bool(flag)
        } else if let whole = try? container.decode(Int64.self) {
            self = .integer(whole)
        } else if let value = try? container.decode(Double.self) {
            // Only these are decoded a third time.
            let isLarge = value.magnitude >= 0x1p63 && value.magnitude <= 1e34
            let whole = isLarge ? try? container.decode(Int128.self) : nil
            self = whole.flatMap { JSONValue(exactly: $0) } ?? .number(value)
        } else if let text = try? container.decode(String.self) {
            self = .string(text)
        } else if let items = try? container.decode([JSONValue].self) {
            self = .array(items)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let flag): try container.encode(flag)
        case .integer(let whole): try container.encode(whole)
        case .large(let whole): try container.encode(whole)
        case .number(let value): try container.encode(value)
        case .string(let text): try container.encode(text)
        case .array(let items): try container.encode(items)
        case .object(let members): try container.encode(members)
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
    }
}
