import Foundation

/// One item of the conversation, as the server stores it.
struct ConversationItem: Sendable {
    enum Content: Sendable {
        case inputText(String)
        case inputAudio(transcript: String?)
        case outputText(String)
        /// Without a transcript if it was truncated: the model no longer knows the words.
        case outputAudio(transcript: String?)
    }

    enum Kind: Sendable {
        case message(role: String, [Content])
        case functionCall(name: String, callID: String, arguments: String)
        case functionCallOutput(callID: String, output: String)
    }

    var id: String
    var kind: Kind
    var status = "completed"
    /// Bytes of audio in it: generated for it, or received from the client.
    var audioBytes = 0
    /// Its audio ends here, even if more is generated for it.
    var truncatedMs: Int?
    /// `commentary` or `final_answer`, on models that speak in phases.
    var phase: String?

    func json(_ dialect: Dialect) -> WireJSON {
        let head: WireJSON = ["id": .string(id), "object": "realtime.item"]
        switch kind {
        case .message(let role, let contents):
            let message: WireJSON = [
                "type": "message", "status": .string(status), "role": .string(role),
                "content": .array(contents.map { $0.json(dialect) }),
            ]
            return head + message + (phase.map { ["phase": .string($0)] } ?? .object([]))
        case .functionCall(let name, let callID, let arguments):
            return head + [
                "type": "function_call", "status": .string(status), "name": .string(name), "call_id": .string(callID),
                "arguments": .string(arguments),
            ]
        case .functionCallOutput(let callID, let output):
            return head + [
                "type": "function_call_output", "status": .string(status), "call_id": .string(callID),
                "output": .string(output),
            ]
        }
    }
}

extension ConversationItem {
    /// The finished item, reduced to what the model remembers if it was truncated during generation.
    func truncated(as known: ConversationItem) -> ConversationItem {
        guard let truncatedMs = known.truncatedMs else { return self }
        var item = self
        item.kind = known.kind
        item.audioBytes = known.audioBytes
        item.truncatedMs = truncatedMs
        return item
    }
}

extension ConversationItem.Content {
    func json(_ dialect: Dialect) -> WireJSON {
        switch self {
        case .inputText(let text): ["type": "input_text", "text": .string(text)]
        case .inputAudio(let transcript): ["type": "input_audio", "transcript": transcript.map { .string($0) } ?? nil]
        case .outputText(let text): ["type": .string(dialect.textContent), "text": .string(text)]
        case .outputAudio(let transcript):
            ["type": .string(dialect.audioContent), "transcript": transcript.map { .string($0) } ?? nil]
        }
    }

    /// The words, if there are any.
    var words: String? {
        switch self {
        case .inputText(let text), .outputText(let text): text
        case .inputAudio(let transcript), .outputAudio(let transcript): transcript
        }
    }
}
