/// What a value encodes, in the form that a writer of some format needs: leaves of this format, and objects whose members
/// keep the order in which their type encodes them.
package indirect enum EncodedTree<Leaf> {
    case leaf(Leaf)
    case object([(key: String, value: EncodedTree)])
    case array([EncodedTree])
}

/// Encodes Codable values to trees, for formats whose objects have an order. The members of a dictionary, which has none,
/// come by key.
package struct TreeEncoder<Leaf> {
    /// What a value is in the format, if it is a leaf there; nil for a value that encodes itself.
    private let leaf: (any Encodable) throws -> Leaf?
    private let null: Leaf
    /// Maximum nesting of objects and arrays.
    private let depthLimit: Int
    private let tooDeep: (any Encodable, [any CodingKey]) -> any Error

    package init(
        null: Leaf, depthLimit: Int, tooDeep: @escaping (any Encodable, [any CodingKey]) -> any Error,
        leaf: @escaping (any Encodable) throws -> Leaf?
    ) {
        self.null = null
        self.depthLimit = depthLimit
        self.tooDeep = tooDeep
        self.leaf = leaf
    }

    /// - Throws: what `leaf` throws, and `tooDeep`.
    package func tree(of value: some Encodable) throws -> EncodedTree<Leaf> {
        try node(of: value, path: []).tree
    }

    fileprivate func node(of value: some Encodable, path: [any CodingKey]) throws -> Node<Leaf> {
        let node = Node<Leaf>()
        if let leaf = try leaf(value) {
            node.content = .leaf(leaf)
            return node
        }
        guard path.count < depthLimit else { throw tooDeep(value, path) }
        if let dictionary = value as? any StringKeyed {
            node.content = .object(
                try dictionary.membersByKey.map { key, value in
                    (key, try self.node(of: value, path: path + [PathKey(key)]))
                })
        } else {
            try value.encode(to: Encoding(encoder: self, node: node, codingPath: path))
        }
        return node
    }

    fileprivate var nullNode: Node<Leaf> {
        let node = Node<Leaf>()
        node.content = .leaf(null)
        return node
    }
}

/// A dictionary, whose own encoding has no order.
private protocol StringKeyed {
    var membersByKey: [(key: String, value: any Encodable)] { get }
}

extension Dictionary: StringKeyed where Key == String, Value: Encodable {
    fileprivate var membersByKey: [(key: String, value: any Encodable)] {
        sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

/// What has been encoded so far at one coding path. Containers share it, so that they can be filled in any order.
private final class Node<Leaf> {
    enum Content {
        case none
        case leaf(Leaf)
        case object([(key: String, node: Node)])
        case array([Node])
    }

    var content = Content.none

    var tree: EncodedTree<Leaf> {
        switch content {
        case .none: .object([])
        case .leaf(let leaf): .leaf(leaf)
        case .object(let members): .object(members.map { ($0.key, $0.node.tree) })
        case .array(let nodes): .array(nodes.map(\.tree))
        }
    }

    func beObject() {
        if case .object = content { return }
        content = .object([])
    }

    func beArray() {
        if case .array = content { return }
        content = .array([])
    }

    func set(_ node: Node, for key: String) {
        guard case .object(var members) = content else { return }
        content = .none
        members.removeAll { $0.key == key }
        members.append((key, node))
        content = .object(members)
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

private struct Encoding<Leaf>: Encoder {
    let encoder: TreeEncoder<Leaf>
    let node: Node<Leaf>
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        node.beObject()
        return KeyedEncodingContainer(KeyedNode<Leaf, Key>(encoder: encoder, node: node, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        node.beArray()
        return UnkeyedNode(encoder: encoder, node: node, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        SingleNode(encoder: encoder, node: node, codingPath: codingPath)
    }
}

private struct KeyedNode<Leaf, Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoder: TreeEncoder<Leaf>
    let node: Node<Leaf>
    let codingPath: [any CodingKey]

    private func nested(_ key: any CodingKey) -> Encoding<Leaf> {
        let inner = Node<Leaf>()
        node.set(inner, for: key.stringValue)
        return Encoding(encoder: encoder, node: inner, codingPath: codingPath + [key])
    }

    func encodeNil(forKey key: Key) { node.set(encoder.nullNode, for: key.stringValue) }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        node.set(try encoder.node(of: value, path: codingPath + [key]), for: key.stringValue)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        nested(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { nested(key).unkeyedContainer() }
    func superEncoder(forKey key: Key) -> any Encoder { nested(key) }
    func superEncoder() -> any Encoder { nested(PathKey("super")) }
}

private struct UnkeyedNode<Leaf>: UnkeyedEncodingContainer {
    let encoder: TreeEncoder<Leaf>
    let node: Node<Leaf>
    let codingPath: [any CodingKey]
    var count: Int { node.count }

    private func nested() -> Encoding<Leaf> {
        let inner = Node<Leaf>()
        let path = codingPath + [PathKey(count)]
        node.append(inner)
        return Encoding(encoder: encoder, node: inner, codingPath: path)
    }

    func encodeNil() { node.append(encoder.nullNode) }

    func encode<Value: Encodable>(_ value: Value) throws {
        node.append(try encoder.node(of: value, path: codingPath + [PathKey(count)]))
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        nested().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { nested().unkeyedContainer() }
    func superEncoder() -> any Encoder { nested() }
}

private struct SingleNode<Leaf>: SingleValueEncodingContainer {
    let encoder: TreeEncoder<Leaf>
    let node: Node<Leaf>
    let codingPath: [any CodingKey]

    func encodeNil() { node.content = encoder.nullNode.content }

    func encode<Value: Encodable>(_ value: Value) throws {
        node.content = try encoder.node(of: value, path: codingPath).content
    }
}

/// A key or an index, for coding paths.
private struct PathKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(_ text: String) {
        stringValue = text
        intValue = nil
    }
    init(_ index: Int) {
        stringValue = String(index)
        intValue = index
    }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { self.init(intValue) }
}
