import Domain
import Foundation

/// A Swift value that maps directly to one BSON value.
protocol BSONPrimitive {
    func bson() throws(BSONError) -> BSONValue
    init?(_ bson: BSONValue)
}

extension Bool: BSONPrimitive {
    func bson() -> BSONValue { .bool(self) }
    init?(_ bson: BSONValue) {
        guard case .bool(let flag) = bson else { return nil }
        self = flag
    }
}

extension String: BSONPrimitive {
    func bson() -> BSONValue { .string(self) }
    init?(_ bson: BSONValue) {
        guard let text = bson.string else { return nil }
        self = text
    }
}

extension Double: BSONPrimitive {
    func bson() -> BSONValue { .double(self) }
    init?(_ bson: BSONValue) {
        guard let number = bson.number else { return nil }
        self = number
    }
}

extension Float: BSONPrimitive {
    func bson() -> BSONValue { .double(Double(self)) }
    init?(_ bson: BSONValue) {
        guard let number = bson.number else { return nil }
        self = Float(number)
    }
}

extension Date: BSONPrimitive {
    func bson() -> BSONValue { .date(bsonMilliseconds) }
    init?(_ bson: BSONValue) {
        guard let milliseconds = bson.date else { return nil }
        self.init(bsonMilliseconds: milliseconds)
    }
}

extension BSONPrimitive where Self: FixedWidthInteger {
    func bson() throws(BSONError) -> BSONValue {
        guard let value = Int64(exactly: self) else { throw .notRepresentable("\(self) is beyond 64 bits with a sign") }
        return .integer(value)
    }

    init?(_ bson: BSONValue) {
        guard let value = bson.integer else { return nil }
        self.init(exactly: value)
    }
}

extension Int: BSONPrimitive {}
extension Int8: BSONPrimitive {}
extension Int16: BSONPrimitive {}
extension Int32: BSONPrimitive {}
extension Int64: BSONPrimitive {}
extension UInt: BSONPrimitive {}
extension UInt8: BSONPrimitive {}
extension UInt16: BSONPrimitive {}
extension UInt32: BSONPrimitive {}
extension UInt64: BSONPrimitive {}

extension JSONValue: BSONPrimitive {
    func bson() throws(BSONError) -> BSONValue {
        // Leaves depth for the documents that contain it.
        try bson(depth: 16)
    }

    private func bson(depth: Int) throws(BSONError) -> BSONValue {
        guard depth <= BSONError.depthLimit else { throw .tooDeep }
        switch self {
        case .null: return .null
        case .bool(let flag): return .bool(flag)
        case .integer(let whole): return .integer(whole)
        case .large(let whole): return Decimal128.bson(whole)
        case .number(let value): return .double(value)
        case .string(let text): return .string(text)
        case .array(let items):
            var values: [BSONValue] = []
            for item in items { values.append(try item.bson(depth: depth + 1)) }
            return .array(values)
        case .object(let members):
            var document = BSONDocument()
            for (key, value) in members.sorted(by: { $0.key < $1.key }) {
                document.elements.append(
                    BSONDocument.Element(key: BSONKey.stored(key), value: try value.bson(depth: depth + 1)))
            }
            return .document(document)
        }
    }

    /// Never nil: a value that JSON does not have becomes the nearest JSON value.
    init?(_ bson: BSONValue) {
        switch bson {
        case .null: self = .null
        case .foreign(let type, let bytes): self = Decimal128.json(type: type, bytes) ?? .null
        case .bool(let flag): self = .bool(flag)
        case .int32(let value): self = .integer(Int64(value))
        case .int64(let value): self = .integer(value)
        case .double(let value): self = .number(value)
        case .string(let text): self = .string(text)
        case .objectID(let id): self = .string(id.description)
        case .date(let milliseconds):
            // Calendars fail somewhere beyond years with four digits.
            self =
                milliseconds.magnitude < 200_000_000_000_000
                ? .string(Date(bsonMilliseconds: milliseconds).ISO8601Format()) : .integer(milliseconds)
        case .binary(let bytes): self = .string(Data(bytes).base64EncodedString())
        case .array(let items): self = .array(items.compactMap { JSONValue($0) })
        case .document(let document):
            self = .object(
                Dictionary(
                    document.elements.map { (BSONKey.original($0.key), JSONValue($0.value) ?? .null) },
                    uniquingKeysWith: { _, last in last }))
        }
    }
}
