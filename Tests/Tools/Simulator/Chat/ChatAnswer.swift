/// The body of a chat completion.
enum ChatAnswer {
    static func body(of request: ChatRequest, number: Int, created: Int, fault: Fault.Kind?) -> WireJSON {
        var content =
            request.schema.map { SchemaAnswer.make(schema: $0, prompt: request.input).text }
            ?? "This is a simulator. It only answers with a JSON schema."
        var finish = "stop"
        switch fault {
        case .chatBadJSON: content = "Sure! Here is the JSON you asked for: {\"attitude\": "
        case .chatCut:
            content = String(content.prefix(content.count / 2))
            finish = "length"
        default: break
        }
        let isRefusal = fault == .chatRefusal
        let read = (request.instructions.utf8.count + request.input.utf8.count) / 4
        let written = content.utf8.count / 4
        return [
            "id": "chatcmpl-sim\(number)", "object": "chat.completion", "created": .integer(created),
            "model": .string(request.model),
            "choices": [
                [
                    "index": 0,
                    "message": [
                        "role": "assistant", "content": isRefusal ? nil : .string(content),
                        "refusal": isRefusal ? "I'm sorry, but I cannot assist with that request." : nil,
                    ],
                    "logprobs": nil, "finish_reason": .string(finish),
                ]
            ],
            "usage": [
                "prompt_tokens": .integer(read), "completion_tokens": .integer(written),
                "total_tokens": .integer(read + written),
            ],
        ]
    }
}
