/// A value of MongoDB's document format (bsonspec.org). Types that we do not write are kept as bytes.
enum BSONValue: Hashable, Sendable {
    case double(Double)
    case string(String)
    case document(BSONDocument)
    case array([BSONValue])
    case binary([UInt8])
    case objectID(ObjectID)
    case bool(Bool)
    /// Milliseconds since 1970.
    case date(Int64)
    case null
    case int32(Int32)
    case int64(Int64)
    /// A type that we never write: regular expressions, decimals, code, …
    case foreign(type: UInt8, bytes: [UInt8])

    /// The shortest form, as other drivers write it.
    static func integer(_ value: Int64) -> BSONValue {
        Int32(exactly: value).map { .int32($0) } ?? .int64(value)
    }

    static func integer(_ value: Int) -> BSONValue { integer(Int64(value)) }

    var document: BSONDocument? {
        if case .document(let document) = self { document } else { nil }
    }

    var array: [BSONValue]? {
        if case .array(let items) = self { items } else { nil }
    }

    var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    var objectID: ObjectID? {
        if case .objectID(let id) = self { id } else { nil }
    }

    var date: Int64? {
        if case .date(let milliseconds) = self { milliseconds } else { nil }
    }

    /// A whole number, also one that another driver wrote as a double.
    var integer: Int64? {
        switch self {
        case .int32(let value): Int64(value)
        case .int64(let value): value
        case .double(let value): Int64(exactly: value)
        default: nil
        }
    }

    var number: Double? {
        switch self {
        case .int32(let value): Double(value)
        case .int64(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }
}

extension BSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int64) { self = .integer(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(arrayLiteral elements: BSONValue...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, BSONValue)...) { self = .document(BSONDocument(elements)) }
}
