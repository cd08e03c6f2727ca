import Foundation

/// Decodes BSON into Codable values. Whole numbers may be stored as doubles and vice versa, as drivers of other
/// languages do.
struct BSONDecoder {
    /// - Throws: `DecodingError` with the coding path.
    static func decode<Value: Decodable>(_ type: Value.Type, from document: BSONDocument) throws -> Value {
        try ValueDecoder.decode(type, from: .document(document), path: [])
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from value: BSONValue) throws -> Value {
        try ValueDecoder.decode(type, from: value, path: [])
    }
}

private struct ValueDecoder: Decoder {
    let value: BSONValue
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    static func decode<Value: Decodable>(
        _ type: Value.Type, from value: BSONValue, path: [any CodingKey]
    ) throws -> Value {
        if let primitive = type as? any BSONPrimitive.Type {
            guard let decoded = primitive.init(value) as? Value else { throw mismatch(type, value, path) }
            return decoded
        }
        return try Value(from: ValueDecoder(value: value, codingPath: path))
    }

    static func mismatch(_ type: Any.Type, _ value: BSONValue, _ path: [any CodingKey]) -> DecodingError {
        let context = DecodingError.Context(codingPath: path, debugDescription: "expected \(type)")
        return value == .null ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .document(let document) = value else {
            throw Self.mismatch(BSONDocument.self, value, codingPath)
        }
        return KeyedDecodingContainer(KeyedValues<Key>(document: document, codingPath: codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let items) = value else { throw Self.mismatch([BSONValue].self, value, codingPath) }
        return UnkeyedValues(items: items, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer {
        SingleValue(value: value, codingPath: codingPath)
    }
}

private struct KeyedValues<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let values: [String: BSONValue]
    let codingPath: [any CodingKey]

    init(document: BSONDocument, codingPath: [any CodingKey]) {
        values = Dictionary(
            document.elements.map { (BSONKey.original($0.key), $0.value) }, uniquingKeysWith: { _, last in last })
        self.codingPath = codingPath
    }

    var allKeys: [Key] { values.keys.compactMap { Key(stringValue: $0) } }
    func contains(_ key: Key) -> Bool { values[key.stringValue] != nil }

    private func value(_ key: Key) throws -> BSONValue {
        guard let value = values[key.stringValue] else {
            throw DecodingError.keyNotFound(
                key, DecodingError.Context(codingPath: codingPath, debugDescription: "no key \(key.stringValue)"))
        }
        return value
    }

    private func nested(_ key: Key) throws -> ValueDecoder {
        ValueDecoder(value: try value(key), codingPath: codingPath + [key])
    }

    func decodeNil(forKey key: Key) throws -> Bool { try value(key) == .null }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try ValueDecoder.decode(type, from: try value(key), path: codingPath + [key])
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try nested(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try nested(key).unkeyedContainer()
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { try nested(key) }
    func superDecoder() -> any Decoder {
        ValueDecoder(value: values["super"] ?? .null, codingPath: codingPath)
    }
}

private struct UnkeyedValues: UnkeyedDecodingContainer {
    let items: [BSONValue]
    let codingPath: [any CodingKey]
    private(set) var currentIndex = 0

    init(items: [BSONValue], codingPath: [any CodingKey]) {
        self.items = items
        self.codingPath = codingPath
    }

    var count: Int? { items.count }
    var isAtEnd: Bool { currentIndex >= items.count }

    private func current(_ type: Any.Type) throws -> BSONValue {
        guard currentIndex < items.count else {
            throw DecodingError.valueNotFound(
                type,
                DecodingError.Context(codingPath: codingPath, debugDescription: "the array has \(items.count) items"))
        }
        return items[currentIndex]
    }

    private mutating func nested() throws -> ValueDecoder {
        let decoder = ValueDecoder(
            value: try current(BSONValue.self), codingPath: codingPath + [IndexKey(currentIndex)])
        currentIndex += 1
        return decoder
    }

    mutating func decodeNil() throws -> Bool {
        guard try current(BSONValue.self) == .null else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try ValueDecoder.decode(type, from: try current(type), path: codingPath + [IndexKey(currentIndex)])
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested>
    {
        try nested().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try nested().unkeyedContainer() }
    mutating func superDecoder() throws -> any Decoder { try nested() }
}

private struct SingleValue: SingleValueDecodingContainer {
    let value: BSONValue
    let codingPath: [any CodingKey]

    func decodeNil() -> Bool { value == .null }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try ValueDecoder.decode(type, from: value, path: codingPath)
    }
}

/// The index of an element in an array, for coding paths.
private struct IndexKey: CodingKey {
    let intValue: Int?
    var stringValue: String { intValue.map(String.init) ?? "" }

    init(_ index: Int) { intValue = index }
    init?(intValue: Int) { self.intValue = intValue }
    init?(stringValue: String) { nil }
}
