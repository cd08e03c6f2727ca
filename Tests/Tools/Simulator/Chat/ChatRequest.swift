import Domain

/// A `POST /v1/chat/completions` request, validated as OpenAI does.
struct ChatRequest: Sendable {
    var model: String
    /// Text of the system and developer messages.
    var instructions: String
    var input: String
    var schemaName: String
    /// Nil for plain text.
    var schema: JSONValue?

    private static let content = Shape.either([
        .string(), .array(.object([.required("type", .choice(["text"])), .required("text", .string())])),
    ])
    private static let shape = Shape.object([
        .required("model", .string()),
        .required(
            "messages",
            .array(
                .object([
                    .required("role", .choice(["system", "developer", "user", "assistant"])),
                    .required("content", content),
                    .optional("name", .string()),
                ]))),
        .optional(
            "response_format",
            .tagged(
                "type",
                [
                    "text": [], "json_object": [],
                    "json_schema": [
                        .required(
                            "json_schema",
                            .object([
                                .required("name", .string(longest: 64)), .optional("description", .string()),
                                .optional("strict", .nullable(.boolean)), .required("schema", .anyObject),
                            ]))
                    ],
                ])),
        .optional("max_completion_tokens", .nullable(.integer(1...200_000))),
        .optional("max_tokens", .nullable(.integer(1...200_000))), .optional("temperature", .nullable(.number(0...2))),
        .optional("top_p", .nullable(.number(0...1))), .optional("seed", .nullable(.integer(Int.min...Int.max))),
        .optional("n", .nullable(.integer(1...1))), .optional("stream", .nullable(.boolean)),
        .optional("reasoning_effort", .nullable(.choice(["none", "minimal", "low", "medium", "high", "xhigh"]))),
        .optional("safety_identifier", .nullable(.string(longest: 128))),
        .optional("prompt_cache_key", .nullable(.string())), .optional("store", .nullable(.boolean)),
        .optional("metadata", .nullable(.anyObject)), .optional("user", .string()),
        .optional("frequency_penalty", .nullable(.number(-2...2))),
        .optional("presence_penalty", .nullable(.number(-2...2))),
    ])

    init(_ json: JSONValue) throws(APIError) {
        try Self.shape.check(json, "")
        let model = json["model"]?.string ?? ""
        self.model = model
        guard RealtimeModel.text.contains(where: { model == $0 || model.hasPrefix("\($0)-") }) else {
            throw APIError(
                code: "model_not_found",
                message: "The model '\(model)' does not exist or you do not have access to it.", param: "model")
        }
        let reasons = model.hasPrefix("gpt-6")
        func unsupported(_ name: String) -> APIError {
            APIError(
                code: "unsupported_parameter",
                message: "Unsupported parameter: '\(name)' is not supported with this model.", param: name)
        }
        if !reasons, json["reasoning_effort"] != nil { throw unsupported("reasoning_effort") }
        if reasons, json["max_tokens"] != nil { throw unsupported("max_tokens") }
        if reasons, json["reasoning_effort"]?.string != "none", json["temperature"] != nil {
            throw unsupported("temperature")
        }
        if json["stream"] == .bool(true) { throw unsupported("stream") }
        instructions = Self.text(json, of: ["system", "developer"])
        input = Self.text(json, of: ["user"])
        let format = json["response_format"]?["json_schema"]
        schemaName = format?["name"]?.string ?? ""
        guard schemaName.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "_-".contains($0)) }) else {
            throw APIError(
                code: "invalid_value", message: "Invalid 'response_format.json_schema.name'.",
                param: "response_format.json_schema.name")
        }
        schema = format?["schema"]
        if let schema, format?["strict"] == .bool(true) { try StrictSchema.check(schema, name: schemaName) }
    }

    private static func text(_ json: JSONValue, of roles: [String]) -> String {
        (json["messages"]?.array ?? []).filter { roles.contains($0["role"]?.string ?? "") }
            .map { message in
                message["content"]?.string
                    ?? (message["content"]?.array ?? []).compactMap { $0["text"]?.string }.joined(separator: "\n")
            }
            .joined(separator: "\n\n")
    }
}
