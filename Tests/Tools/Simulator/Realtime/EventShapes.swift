/// The members that a client event may have, by dialect. The type of the event is checked separately.
enum EventShapes {
    static func fields(of type: String, _ dialect: Dialect) -> [Shape.Field]? {
        switch type {
        case "session.update": [.required("session", SessionShapes.session(dialect))]
        case "input_audio_buffer.append": [.required("audio", .string())]
        case "input_audio_buffer.commit", "input_audio_buffer.clear": []
        case "conversation.item.create":
            [.required("item", item(dialect)), .optional("previous_item_id", .nullable(.string()))]
        case "conversation.item.delete", "conversation.item.retrieve": [.required("item_id", .string())]
        case "conversation.item.truncate":
            [
                .required("item_id", .string()), .required("content_index", .integer(0...1_000)),
                .required("audio_end_ms", .integer(0...Int.max)),
            ]
        case "response.create": [.optional("response", SessionShapes.response(dialect))]
        case "response.cancel": [.optional("response_id", .string())]
        default: nil
        }
    }

    static let types = [
        "session.update", "input_audio_buffer.append", "input_audio_buffer.commit", "input_audio_buffer.clear",
        "conversation.item.create", "conversation.item.delete", "conversation.item.retrieve",
        "conversation.item.truncate",
        "response.create", "response.cancel",
    ]

    private static func item(_ dialect: Dialect) -> Shape {
        let shared: [Shape.Field] = [
            .optional("id", .string(longest: 32)), .optional("object", .choice(["realtime.item"])),
            .optional("status", .choice(["completed", "incomplete", "in_progress"])),
        ]
        let content = Shape.array(
            .object([
                .required("type", .string()), .optional("text", .string()), .optional("audio", .string()),
                .optional("transcript", .string()),
            ]))
        return .tagged(
            "type",
            [
                "message": shared + [
                    .required("role", .choice(["user", "assistant", "system"])), .required("content", content),
                ],
                "function_call": shared + [
                    .required("name", .string()), .optional("call_id", .string()), .required("arguments", .string()),
                ],
                "function_call_output": shared + [.required("call_id", .string()), .required("output", .string())],
            ])
    }

    /// The content types that a message of `role` may have.
    static func contents(of role: String, _ dialect: Dialect) -> [String] {
        switch role {
        case "system": ["input_text"]
        case "assistant": [dialect.textContent, dialect.audioContent]
        default: ["input_text", "input_audio"]
        }
    }
}
