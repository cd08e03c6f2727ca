public import Foundation

extension OrderedJSON {
    /// What a value encodes, with the members in the order in which its type encodes them; those of a dictionary by
    /// key.
    ///
    /// - Parameter date: how dates are written; without it like `JSONEncoder` does.
    public init(
        encoding value: some Encodable,
        date: @escaping (Date) -> OrderedJSON = { .number($0.timeIntervalSinceReferenceDate) }
    ) throws {
        self = try Node.encoding(value, path: [], date).json
    }

    /// A number as other JSON writers write it: a whole one without a decimal point.
    fileprivate static func plain(_ number: Double) -> OrderedJSON {
        Int64(exactly: number).map { abs(number) < 0x1p53 ? .integer($0) : .number(number) } ?? .number(number)
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
private final class Node {
    enum Content {
        case none
        case value(OrderedJSON)
        case object([(key: String, node: Node)])
        case array([Node])
    }

    typealias DateForm = (Date) -> OrderedJSON

    var content = Content.none

    private static let depthLimit = 128

    static func encoding(_ value: some Encodable, path: [any CodingKey], _ date: @escaping DateForm) throws -> Node {
        let node = Node()
        switch value {
        case let text as String: node.content = .value(.string(text))
        case let whole as Int: node.content = .value(.integer(whole))
        case let number as Double: node.content = .value(.plain(number))
        case let flag as Bool: node.content = .value(.bool(flag))
        case let moment as Date: node.content = .value(date(moment))
        case let json as JSONValue: node.content = .value(OrderedJSON(json))
        case let whole as any FixedWidthInteger & Encodable:
            node.content = .value(Int64(exactly: whole).map { .integer($0) } ?? .number(Double(whole)))
        case let number as Float: node.content = .value(.plain(Double(number)))
        case let dictionary as any StringKeyed:
            guard path.count < depthLimit else { throw tooDeep(value, path) }
            node.content = .object(
                try dictionary.membersByKey.map { key, value in
                    (key, try encoding(value, path: path + [NodeKey(key)], date))
                })
        default:
            guard path.count < depthLimit else { throw tooDeep(value, path) }
            try value.encode(to: NodeEncoder(node: node, codingPath: path, date: date))
        }
        return node
    }

    private static func tooDeep(_ value: Any, _ path: [any CodingKey]) -> EncodingError {
        .invalidValue(value, .init(codingPath: path, debugDescription: "nested too deep"))
    }

    var json: OrderedJSON {
        switch content {
        case .none: .object([])
        case .value(let value): value
        case .object(let members): .object(members.map { OrderedJSON.Member($0.key, $0.node.json) })
        case .array(let nodes): .array(nodes.map(\.json))
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

private struct NodeEncoder: Encoder {
    let node: Node
    let codingPath: [any CodingKey]
    let date: Node.DateForm
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        node.beObject()
        return KeyedEncodingContainer(KeyedNode<Key>(node: node, codingPath: codingPath, date: date))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        node.beArray()
        return UnkeyedNode(node: node, codingPath: codingPath, date: date)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        SingleNode(node: node, codingPath: codingPath, date: date)
    }
}

private struct KeyedNode<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: Node
    let codingPath: [any CodingKey]
    let date: Node.DateForm

    private func nested(_ key: any CodingKey) -> NodeEncoder {
        let inner = Node()
        node.set(inner, for: key.stringValue)
        return NodeEncoder(node: inner, codingPath: codingPath + [key], date: date)
    }

    func encodeNil(forKey key: Key) {
        nested(key).node.content = .value(.null)
    }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        node.set(try Node.encoding(value, path: codingPath + [key], date), for: key.stringValue)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        nested(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { nested(key).unkeyedContainer() }
    func superEncoder(forKey key: Key) -> any Encoder { nested(key) }
    func superEncoder() -> any Encoder { nested(NodeKey("super")) }
}

private struct UnkeyedNode: UnkeyedEncodingContainer {
    let node: Node
    let codingPath: [any CodingKey]
    let date: Node.DateForm
    var count: Int { node.count }

    private func nested() -> NodeEncoder {
        let inner = Node()
        let path = codingPath + [NodeKey(String(count))]
        node.append(inner)
        return NodeEncoder(node: inner, codingPath: path, date: date)
    }

    func encodeNil() {
        nested().node.content = .value(.null)
    }

    func encode<Value: Encodable>(_ value: Value) throws {
        node.append(try Node.encoding(value, path: codingPath + [NodeKey(String(count))], date))
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
    let date: Node.DateForm

    func encodeNil() { node.content = .value(.null) }

    func encode<Value: Encodable>(_ value: Value) throws {
        node.content = try Node.encoding(value, path: codingPath, date).content
    }
}

private struct NodeKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ text: String) { stringValue = text }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
