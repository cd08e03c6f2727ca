public import Foundation

extension OrderedJSON {
    private static let depthLimit = 128

    /// What a value encodes, with the members in the order in which its type encodes them; those of a dictionary by
    /// key.
    ///
    /// - Parameter date: how dates are written; without it like `JSONEncoder` does.
    public init(
        encoding value: some Encodable,
        date: @escaping (Date) -> OrderedJSON = { .number($0.timeIntervalSinceReferenceDate) }
    ) throws {
        let encoder = TreeEncoder<OrderedJSON>(null: .null, depthLimit: Self.depthLimit) { value, path in
            EncodingError.invalidValue(value, .init(codingPath: path, debugDescription: "nested too deep"))
        } leaf: { value in
            Self.leaf(value, date)
        }
        self.init(try encoder.tree(of: value))
    }

    private init(_ tree: EncodedTree<OrderedJSON>) {
        switch tree {
        case .leaf(let json): self = json
        case .object(let members): self = .object(members.map { Member($0.key, OrderedJSON($0.value)) })
        case .array(let items): self = .array(items.map { OrderedJSON($0) })
        }
    }

    private static func leaf(_ value: any Encodable, _ date: (Date) -> OrderedJSON) -> OrderedJSON? {
        switch value {
        case let text as String: .string(text)
        case let whole as Int: .integer(whole)
        case let number as Double: plain(number)
        case let flag as Bool: .bool(flag)
        case let moment as Date: date(moment)
        case let json as JSONValue: OrderedJSON(json)
        case let whole as any FixedWidthInteger & Encodable:
            Int64(exactly: whole).map { .integer($0) } ?? .number(Double(whole))
        case let number as Float: plain(Double(number))
        default: nil
        }
    }

    /// A number as other JSON writers write it: a whole one without a decimal point.
    private static func plain(_ number: Double) -> OrderedJSON {
        Int64(exactly: number).map { abs(number) < 0x1p53 ? .integer($0) : .number(number) } ?? .number(number)
    }
}
