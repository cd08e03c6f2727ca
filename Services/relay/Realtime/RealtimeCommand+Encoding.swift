import Conversation
import Domain
import Foundation

extension RealtimeCommand {
    /// The event as it is sent: no key that the API does not know and no null that it does not allow, since a refused
    /// event has no effect at all.
    ///
    /// - Parameter eventId: comes back in `error.event_id` when the event is refused.
    func encoded(eventId: String, in dialect: RealtimeDialect) throws -> Data {
        var members = body(in: dialect)
        members["event_id"] = .string(eventId)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(JSONValue.object(members))
    }

    private func body(in dialect: RealtimeDialect) -> [String: JSONValue] {
        switch self {
        case .updateSession(let settings):
            ["type": "session.update", "session": .object(settings.session(in: dialect))]
        case .commitAudio: ["type": "input_audio_buffer.commit"]
        case .clearAudio: ["type": "input_audio_buffer.clear"]
        case .createItem(let item): ["type": "conversation.item.create", "item": item.body(in: dialect)]
        case .deleteItem(let id): ["type": "conversation.item.delete", "item_id": .string(id)]
        case .truncate(let itemId, let audioEndMs):
            [
                "type": "conversation.item.truncate", "item_id": .string(itemId), "content_index": 0,
                "audio_end_ms": .integer(Int64(audioEndMs)),
            ]
        case .createResponse: ["type": "response.create"]
        case .cancelResponse(let id?): ["type": "response.cancel", "response_id": .string(id)]
        case .cancelResponse(nil): ["type": "response.cancel"]
        }
    }
}

extension RealtimeCommand.Item {
    fileprivate func body(in dialect: RealtimeDialect) -> JSONValue {
        switch self {
        case .system(let id, let text): message(id, "system", "input_text", text)
        case .user(let id, let text): message(id, "user", "input_text", text)
        case .assistant(let id, let text): message(id, "assistant", dialect.assistantText, text)
        case .functionOutput(let callId, let output):
            [
                "type": "function_call_output", "call_id": .string(callId),
                // A string that holds JSON, not JSON.
                "output": .string(output.jsonText),
            ]
        }
    }

    private func message(_ id: String, _ role: String, _ contentType: String, _ text: String) -> JSONValue {
        [
            "id": .string(id), "type": "message", "role": .string(role),
            "content": [["type": .string(contentType), "text": .string(text)]],
        ]
    }
}

extension RealtimeSettings {
    fileprivate func session(in dialect: RealtimeDialect) -> [String: JSONValue] {
        switch dialect {
        case .ga: generalAvailability
        case .beta: beta
        }
    }

    private var generalAvailability: [String: JSONValue] {
        var output: [String: JSONValue] = ["format": Self.pcm]
        if let voice { output["voice"] = .string(voice) }
        var session: [String: JSONValue] = [
            "type": "realtime",
            "instructions": .string(instructions),
            "output_modalities": ["audio"],
            "audio": [
                "input": [
                    "format": Self.pcm, "transcription": transcription,
                    "noise_reduction": Self.noiseReduction, "turn_detection": turnDetection,
                ],
                "output": .object(output),
            ],
            "tools": [EndConversation.tool],
            "tool_choice": "auto",
            "max_output_tokens": "inf",
            "truncation": ["type": "retention_ratio", "retention_ratio": 0.8],
        ]
        if let reasoningEffort { session["reasoning"] = ["effort": .string(reasoningEffort)] }
        return session
    }

    private var beta: [String: JSONValue] {
        var session: [String: JSONValue] = [
            "modalities": ["text", "audio"],
            "instructions": .string(instructions),
            "input_audio_format": "pcm16",
            "output_audio_format": "pcm16",
            "input_audio_transcription": transcription,
            "input_audio_noise_reduction": Self.noiseReduction,
            "turn_detection": turnDetection,
            "tools": [EndConversation.tool],
            "tool_choice": "auto",
            "temperature": 0.8,
            "max_response_output_tokens": "inf",
        ]
        if let voice { session["voice"] = .string(voice) }
        return session
    }

    private var transcription: JSONValue {
        ["model": .string(transcriptionModel), "language": .string(language)]
    }

    private var turnDetection: JSONValue { detectsTurns ? Self.serverVAD : .null }

    private static let pcm: JSONValue = ["type": "audio/pcm", "rate": 24_000]
    /// The trainee wears a headset.
    private static let noiseReduction: JSONValue = ["type": "near_field"]
    /// All values are sent: the documented default silence and the one in the API's own example differ.
    private static let serverVAD: JSONValue = [
        "type": "server_vad", "threshold": 0.5, "prefix_padding_ms": 300, "silence_duration_ms": 500,
        "create_response": true, "interrupt_response": true,
    ]
}

extension JSONValue {
    /// Compact, with sorted keys.
    var jsonText: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Only a number that JSON cannot represent fails here, and none of ours comes from outside.
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }
}
