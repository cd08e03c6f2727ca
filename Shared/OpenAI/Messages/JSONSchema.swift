import JSON

/// The subset of JSON Schema that the model API accepts as `strict`: every object is closed, every property is
/// required, and an optional value is a union with null. The cases cannot express anything else, so the API
/// never rejects a schema of ours for breaking these rules.
///
/// Properties keep their order, because the model writes them in that order: what it should think of first comes first.
public indirect enum JSONSchema: Hashable, Sendable {
    case string(_ description: String? = nil)
    case choice([String], _ description: String? = nil)
    case integer(ClosedRange<Int>? = nil, _ description: String? = nil)
    case boolean(_ description: String? = nil)
    case array(of: JSONSchema, _ description: String? = nil)
    case object([Property], _ description: String? = nil)
    /// A string, choice, integer or boolean that may be null.
    case optional(JSONSchema)

    public struct Property: Hashable, Sendable {
        public var name: String
        public var schema: JSONSchema

        public init(_ name: String, _ schema: JSONSchema) {
            self.name = name
            self.schema = schema
        }
    }

    var json: OrderedJSON { json(orNull: false) }

    private func json(orNull: Bool) -> OrderedJSON {
        func type(_ name: String) -> OrderedJSON.Member {
            .init("type", orNull ? .array([.string(name), .string("null")]) : .string(name))
        }
        var members: [OrderedJSON.Member]
        let description: String?
        switch self {
        case .optional(let schema): return schema.json(orNull: true)
        case .string(let text):
            (members, description) = ([type("string")], text)
        case .boolean(let text):
            (members, description) = ([type("boolean")], text)
        case .choice(let choices, let text):
            let values = choices.map { OrderedJSON.string($0) } + (orNull ? [.null] : [])
            (members, description) = ([type("string"), .init("enum", .array(values))], text)
        case .integer(let range, let text):
            members = [type("integer")]
            if let range {
                members += [.init("minimum", .integer(range.lowerBound)), .init("maximum", .integer(range.upperBound))]
            }
            description = text
        case .array(let items, let text):
            (members, description) = ([type("array"), .init("items", items.json)], text)
        case .object(let properties, let text):
            members = [
                type("object"),
                .init("properties", .object(properties.map { .init($0.name, $0.schema.json) })),
                .init("required", .array(properties.map { .string($0.name) })),
                .init("additionalProperties", .bool(false)),
            ]
            description = text
        }
        if let description { members.append(.init("description", .string(description))) }
        return .object(members)
    }
}
