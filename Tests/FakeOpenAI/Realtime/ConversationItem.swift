import Foundation

/// One item of the conversation, as the server keeps it.
struct ConversationItem: Sendable {
    enum Content: Sendable {
        case inputText(String)
        case inputAudio(transcript: String?)
        case outputText(String)
        /// Without a transcript when it was truncated: the model no longer knows the words.
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
    /// Bytes of audio that it holds: what was generated for it, or what was heard.
    var audioBytes = 0
    /// Its audio ends here, whatever is still generated for it.
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
    /// The finished item, as far as the model remembers it when it was truncated while it was spoken.
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

    /// The words, as far as there are any.
    var words: String? {
        switch self {
        case .inputText(let text), .outputText(let text): text
        case .inputAudio(let transcript), .outputAudio(let transcript): transcript
        }
    }
}
