import Conversation
import Domain
import Foundation

extension RealtimeCommand {
    /// The event as it is sent: no key that the API does not know and no null that it does not allow, since a refused
    /// event has no effect at all.
    ///
    /// - Parameter eventId: comes back in `error.event_id` when the event is refused.
    func encoded(eventId: String, for profile: ProviderProfile) throws -> Data {
        var members = body(for: profile)
        members["event_id"] = .string(eventId)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(JSONValue.object(members))
    }

    private func body(for profile: ProviderProfile) -> [String: JSONValue] {
        switch self {
        case .updateSession(let settings):
            ["type": "session.update", "session": .object(settings.session(for: profile))]
        case .commitAudio: ["type": "input_audio_buffer.commit"]
        case .clearAudio: ["type": "input_audio_buffer.clear"]
        case .createItem(let item): ["type": "conversation.item.create", "item": item.body(in: profile.dialect)]
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
    fileprivate func session(for profile: ProviderProfile) -> [String: JSONValue] {
        var session: [String: JSONValue] =
            switch profile.dialect {
            case .ga: generalAvailability(profile)
            case .beta: beta
            case .gaFlat: flat(profile)
            }
        session["instructions"] = .string(instructions)
        session["tools"] = [profile.nestsTools ? Self.nestedTool : EndConversation.tool]
        if sends(.toolChoice) { session["tool_choice"] = "auto" }
        return session
    }

    private func sends(_ key: OptionalKey) -> Bool { optionalKeys.contains(key) }

    private func generalAvailability(_ profile: ProviderProfile) -> [String: JSONValue] {
        var input = audioInput(profile)
        input["turn_detection"] = turnDetection
        var output: [String: JSONValue] = ["format": Self.pcm(profile.outputRate)]
        if let voice { output["voice"] = .string(voice) }
        return [
            "type": "realtime", "output_modalities": ["audio"],
            "audio": ["input": .object(input), "output": .object(output)],
        ].merging(optionalMembers) { $1 }
    }

    private func flat(_ profile: ProviderProfile) -> [String: JSONValue] {
        var session: [String: JSONValue] = [
            "turn_detection": turnDetection,
            "audio": [
                "input": .object(audioInput(profile)), "output": ["format": Self.pcm(profile.outputRate)],
            ],
        ]
        if let voice { session["voice"] = .string(voice) }
        return session.merging(optionalMembers) { $1 }
    }

    private func audioInput(_ profile: ProviderProfile) -> [String: JSONValue] {
        var input: [String: JSONValue] = [
            "format": Self.pcm(profile.inputRate), "transcription": transcription(knowsKeywords: true),
        ]
        if sends(.noiseReduction) { input["noise_reduction"] = Self.noiseReduction }
        return input
    }

    /// What the newer dialects know and can do without.
    private var optionalMembers: [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        if sends(.maxOutputTokens) { members["max_output_tokens"] = "inf" }
        if sends(.truncation) { members["truncation"] = ["type": "retention_ratio", "retention_ratio": 0.8] }
        if sends(.include), transcriptionModel != nil {
            members["include"] = ["item.input_audio_transcription.logprobs"]
        }
        if sends(.reasoning), let reasoningEffort { members["reasoning"] = ["effort": .string(reasoningEffort)] }
        return members
    }

    private var beta: [String: JSONValue] {
        var session: [String: JSONValue] = [
            "modalities": ["text", "audio"], "input_audio_format": "pcm16", "output_audio_format": "pcm16",
            "input_audio_transcription": transcription(knowsKeywords: false), "turn_detection": turnDetection,
        ]
        if sends(.noiseReduction) { session["input_audio_noise_reduction"] = Self.noiseReduction }
        if sends(.temperature) { session["temperature"] = 0.8 }
        if sends(.maxOutputTokens) { session["max_response_output_tokens"] = "inf" }
        if let voice { session["voice"] = .string(voice) }
        return session
    }

    private func transcription(knowsKeywords: Bool) -> JSONValue {
        guard let transcriptionModel else { return .null }
        var members: [String: JSONValue] = ["model": .string(transcriptionModel)]
        if sends(.language) { members["language"] = .string(language) }
        let takesKeywords = ["gpt-transcribe", "gpt-live-transcribe"].contains(where: transcriptionModel.hasPrefix)
        if knowsKeywords, takesKeywords, sends(.keywords), !keywords.isEmpty {
            members["keywords"] = .array(keywords.map { .string($0) })
        }
        return .object(members)
    }

    private var turnDetection: JSONValue {
        guard detectsTurns else { return .null }
        var members: [String: JSONValue] = ["type": "server_vad"]
        // All values are sent: the documented default silence and the one in the API's own example differ.
        if sends(.turnTuning) {
            members["threshold"] = 0.5
            members["prefix_padding_ms"] = 300
            members["silence_duration_ms"] = 500
        }
        if sends(.turnResponses) {
            members["create_response"] = true
            members["interrupt_response"] = true
        }
        return .object(members)
    }

    private static func pcm(_ rate: Int) -> JSONValue { ["type": "audio/pcm", "rate": .integer(Int64(rate))] }

    /// The trainee wears a headset.
    private static let noiseReduction: JSONValue = ["type": "near_field"]

    /// As in chat completions.
    private static let nestedTool: JSONValue = {
        guard case .object(var members) = EndConversation.tool else { return EndConversation.tool }
        members["type"] = nil
        return ["type": "function", "function": .object(members)]
    }()
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
