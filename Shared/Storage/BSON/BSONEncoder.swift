import Foundation

/// Encodes Codable values as BSON: dates become BSON dates, whole numbers BSON integers, and keys of nil optionals are
/// absent.
struct BSONEncoder {
    /// - Throws: `BSONError.tooDeep`, `.notRepresentable`.
    static func document(_ value: some Encodable) throws -> BSONDocument {
        guard case .document(let document) = try Self.value(value) else {
            throw BSONError.notRepresentable("\(type(of: value)) is no document")
        }
        return document
    }

    static func value(_ value: some Encodable) throws -> BSONValue {
        try Node.encoding(value, path: []).value
    }
}

/// What has been encoded so far at one coding path. Containers share it, so that they can be filled in any order.
private final class Node {
    enum Content {
        case none
        case value(BSONValue)
        case document([(key: String, node: Node)])
        case array([Node])
    }

    var content = Content.none

    static func encoding(_ value: some Encodable, path: [any CodingKey]) throws -> Node {
        let node = Node()
        if let primitive = value as? any BSONPrimitive {
            node.content = .value(try primitive.bson())
        } else {
            guard path.count < BSONError.depthLimit else { throw BSONError.tooDeep }
            try value.encode(to: NodeEncoder(node: node, codingPath: path))
        }
        return node
    }

    var value: BSONValue {
        switch content {
        case .none: .document(BSONDocument())
        case .value(let value): value
        case .document(let members): .document(BSONDocument(members.map { (BSONKey.stored($0.key), $0.node.value) }))
        case .array(let nodes): .array(nodes.map(\.value))
        }
    }

    func beDocument() {
        if case .document = content { return }
        content = .document([])
    }

    func beArray() {
        if case .array = content { return }
        content = .array([])
    }

    func set(_ node: Node, for key: String) {
        guard case .document(var members) = content else { return }
        content = .none
        members.removeAll { $0.key == key }
        members.append((key, node))
        content = .document(members)
    }

    func append(_ node: Node) {
        guard case .array(var nodes) = content else { return }
        content = .none
        nodes.append(node)
        content = .array(nodes)
    }

    var count: Int {
        if case .array(let nodes) = content { nodes.count } else { 0 }
    }
}

private struct NodeEncoder: Encoder {
    let node: Node
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        node.beDocument()
        return KeyedEncodingContainer(KeyedNode<Key>(node: node, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        node.beArray()
        return UnkeyedNode(node: node, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        SingleNode(node: node, codingPath: codingPath)
    }
}

private struct KeyedNode<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: Node
    let codingPath: [any CodingKey]

    private func nested(_ key: Key) -> NodeEncoder {
        let inner = Node()
        node.set(inner, for: key.stringValue)
        return NodeEncoder(node: inner, codingPath: codingPath + [key])
    }

    func encodeNil(forKey key: Key) {
        let inner = Node()
        inner.content = .value(.null)
        node.set(inner, for: key.stringValue)
    }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        node.set(try Node.encoding(value, path: codingPath + [key]), for: key.stringValue)
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<
        Nested
    > {
        nested(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { nested(key).unkeyedContainer() }
    func superEncoder(forKey key: Key) -> any Encoder { nested(key) }
    func superEncoder() -> any Encoder {
        let inner = Node()
        node.set(inner, for: "super")
        return NodeEncoder(node: inner, codingPath: codingPath)
    }
}

private struct UnkeyedNode: UnkeyedEncodingContainer {
    let node: Node
    let codingPath: [any CodingKey]
    var count: Int { node.count }

    private func nested() -> NodeEncoder {
        let inner = Node()
        node.append(inner)
        return NodeEncoder(node: inner, codingPath: codingPath + [IndexKey(count)])
    }

    func encodeNil() {
        let inner = Node()
        inner.content = .value(.null)
        node.append(inner)
    }

    func encode<Value: Encodable>(_ value: Value) throws {
        node.append(try Node.encoding(value, path: codingPath + [IndexKey(count)]))
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        nested().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { nested().unkeyedContainer() }
    func superEncoder() -> any Encoder { nested() }
}

private struct SingleNode: SingleValueEncodingContainer {
    let node: Node
    let codingPath: [any CodingKey]

    func encodeNil() { node.content = .value(.null) }

    func encode<Value: Encodable>(_ value: Value) throws {
        node.content = try Node.encoding(value, path: codingPath).content
    }
}

/// The index of an element in an array, for coding paths.
struct IndexKey: CodingKey {
    let intValue: Int?
    var stringValue: String { intValue.map(String.init) ?? "" }

    init(_ index: Int) { intValue = index }
    init?(intValue: Int) { self.intValue = intValue }
    init?(stringValue: String) { nil }
}
