import Domain

/// The required form of a JSON value. Like OpenAI, it refuses unknown keys, nulls and wrong types, and names the first
/// one by its path.
indirect enum Shape: Sendable {
    case string(longest: Int? = nil)
    case choice([String])
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    case boolean
    case array(Shape)
    case object([Field])
    /// Objects distinguished by a member.
    case tagged(String, [String: [Field]])
    case nullable(Shape)
    /// The first shape with the JSON type of the value.
    case either([Shape])
    case anyObject

    struct Field: Sendable {
        var name: String
        var shape: Shape
        var isRequired: Bool

        static func required(_ name: String, _ shape: Shape) -> Field {
            Field(name: name, shape: shape, isRequired: true)
        }

        static func optional(_ name: String, _ shape: Shape) -> Field {
            Field(name: name, shape: shape, isRequired: false)
        }
    }

    func check(_ value: JSONValue, _ path: String) throws(APIError) {
        switch (self, value) {
        case (.nullable, .null): return
        case (.nullable(let shape), _): try shape.check(value, path)
        case (.string(let longest), .string(let text)):
            if let longest, text.unicodeScalars.count > longest {
                throw APIError(
                    code: "string_above_max_length",
                    message: "Invalid '\(path)': string too long. Expected a string with maximum length \(longest), "
                        + "but got a string with length \(text.unicodeScalars.count) instead.", param: path)
            }
        case (.choice(let choices), .string(let text)):
            guard choices.contains(text) else { throw .invalidValue(path, text, supported: choices) }
        case (.integer(let range), .integer(let whole)):
            guard range.contains(Int(whole)) else { throw Self.outside(path, "integer", "\(whole)", range) }
        case (.number(let range), .integer(let whole)):
            guard range.contains(Double(whole)) else { throw Self.outside(path, "decimal", "\(whole)", range) }
        case (.number(let range), .number(let number)):
            guard range.contains(number) else { throw Self.outside(path, "decimal", "\(number)", range) }
        case (.boolean, .bool), (.anyObject, .object): return
        case (.array(let shape), .array(let items)):
            for (index, item) in items.enumerated() { try shape.check(item, "\(path)[\(index)]") }
        case (.object(let fields), .object(let members)): try Self.check(members, fields, path)
        case (.tagged(let tag, let kinds), .object(let members)):
            let tagPath = Self.join(path, tag)
            guard let kind = members[tag] else { throw .missing(tagPath) }
            try Shape.choice(kinds.keys.sorted()).check(kind, tagPath)
            let fields = kinds[kind.string ?? ""] ?? []
            try Self.check(members, [.required(tag, .string())] + fields, path)
        case (.either(let shapes), _):
            guard let shape = shapes.first(where: { $0.kind == value.kind }) else {
                let expected = shapes.map(\.kind).joined(separator: " or ")
                throw .invalidType(path, expected: "one of \(expected)", got: value.kind)
            }
            try shape.check(value, path)
        default: throw .invalidType(path, expected: kind, got: value.kind)
        }
    }

    private static func check(
        _ members: [String: JSONValue], _ fields: [Field], _ path: String
    ) throws(APIError) {
        let known = fields.map(\.name)
        for name in members.keys.sorted() where !known.contains(name) { throw .unknownParameter(join(path, name)) }
        for field in fields {
            guard let value = members[field.name] else {
                if field.isRequired { throw .missing(join(path, field.name)) }
                continue
            }
            try field.shape.check(value, join(path, field.name))
        }
    }

    private static func join(_ path: String, _ name: String) -> String {
        path.isEmpty ? name : "\(path).\(name)"
    }

    private static func outside(
        _ path: String, _ kind: String, _ value: String, _ range: ClosedRange<some Comparable>
    ) -> APIError {
        APIError(
            code: "\(kind)_out_of_range",
            message: "Invalid '\(path)': expected a value between \(range.lowerBound) and \(range.upperBound), "
                + "but got \(value) instead.", param: path)
    }

    private var kind: String {
        switch self {
        case .string, .choice: "a string"
        case .integer: "an integer"
        case .number: "a decimal"
        case .boolean: "a boolean"
        case .array: "an array"
        case .object, .tagged, .anyObject: "an object"
        case .nullable(let shape): shape.kind
        case .either(let shapes): shapes.first?.kind ?? "nothing"
        }
    }
}

extension JSONValue {
    /// The JSON type, as OpenAI's messages name it.
    fileprivate var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .large: "an integer"
        case .number: "a decimal"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    var array: [JSONValue]? {
        if case .array(let items) = self { items } else { nil }
    }

    var object: [String: JSONValue]? {
        if case .object(let members) = self { members } else { nil }
    }

    var int: Int? {
        if case .integer(let whole) = self { Int(whole) } else { nil }
    }
}
