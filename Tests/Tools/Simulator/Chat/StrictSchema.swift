import Domain

/// The subset of JSON Schema that OpenAI accepts with `strict: true`.
enum StrictSchema {
    private static let unsupported = [
        "allOf", "not", "if", "then", "else", "oneOf", "patternProperties", "uniqueItems",
    ]
    private static let deepest = 5

    /// - Throws: OpenAI's error for a schema that it refuses.
    static func check(_ schema: JSONValue, name: String) throws(APIError) {
        guard schema["type"]?.string == "object" else {
            throw refusal(name, [], "schema must be a JSON Schema of 'type: \"object\"'")
        }
        try check(schema, root: schema, name: name, path: [], depth: 1)
    }

    private static func check(
        _ schema: JSONValue, root: JSONValue, name: String, path: [String], depth: Int
    ) throws(APIError) {
        guard let members = schema.object else { throw refusal(name, path, "a schema must be an object") }
        if let key = unsupported.first(where: { members[$0] != nil }) {
            throw refusal(name, path, "'\(key)' is not permitted")
        }
        guard depth <= deepest + 5 else { throw refusal(name, path, "the nesting is too deep") }
        if members["$ref"] != nil { return }
        if let choices = members["anyOf"]?.array {
            for (index, choice) in choices.enumerated() {
                try check(choice, root: root, name: name, path: path + ["anyOf", "\(index)"], depth: depth)
            }
            return
        }
        let types = members["type"]?.string.map { [$0] } ?? members["type"]?.array?.compactMap(\.string) ?? []
        guard !types.isEmpty || members["enum"] != nil || members["const"] != nil else {
            throw refusal(name, path, "schema must have a 'type' key")
        }
        if types.contains("object") {
            guard members["additionalProperties"] == .bool(false) else {
                throw refusal(name, path, "'additionalProperties' is required to be supplied and to be false")
            }
            let properties = members["properties"]?.object ?? [:]
            let required = Set(members["required"]?.array?.compactMap(\.string) ?? [])
            if let missing = properties.keys.sorted().first(where: { !required.contains($0) }) {
                throw refusal(
                    name, path,
                    "'required' is required to be supplied and to be an array including every key in properties. "
                        + "Missing '\(missing)'")
            }
            for (key, value) in properties.sorted(by: { $0.key < $1.key }) {
                try check(value, root: root, name: name, path: path + ["properties", key], depth: depth + 1)
            }
        }
        if types.contains("array") {
            guard let items = members["items"] else { throw refusal(name, path, "array schema missing items") }
            try check(items, root: root, name: name, path: path + ["items"], depth: depth + 1)
        }
    }

    private static func refusal(_ name: String, _ path: [String], _ what: String) -> APIError {
        let place = path.isEmpty ? "()" : "('" + path.joined(separator: "', '") + "')"
        return APIError(
            code: "invalid_json_schema",
            message: "Invalid schema for response_format '\(name)': In context=\(place), \(what).",
            param: "response_format")
    }
}
