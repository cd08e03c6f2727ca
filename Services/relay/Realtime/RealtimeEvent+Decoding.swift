import Conversation
import Domain
import Foundation

extension RealtimeEvent {
    /// Reads an event of either dialect. Absent and oddly typed fields are taken as absent, because compatible servers
    /// leave out what OpenAI sends.
    ///
    /// - Returns: nil when the bytes are not a JSON object with a `type`.
    init?(_ bytes: Data) {
        guard let raw = try? JSONDecoder().decode(RawEvent.self, from: bytes) else { return nil }
        self = Self.read(raw) ?? .other(type: raw.type)
    }

    /// Nil when a required field is missing.
    private static func read(_ raw: RawEvent) -> RealtimeEvent? {
        switch raw.type {
        case "session.created":
            return .sessionCreated(id: raw.session?.id, expiresAt: raw.session?.expiresAt)
        case "session.updated": return .sessionUpdated
        case "error": return .error(raw.error ?? RealtimeError())
        case "input_audio_buffer.speech_started":
            return .speechStarted(itemId: raw.itemId, audioStartMs: raw.audioStartMs)
        case "input_audio_buffer.speech_stopped":
            return .speechStopped(itemId: raw.itemId, audioEndMs: raw.audioEndMs)
        case "input_audio_buffer.committed":
            return raw.itemId.map { .committed(itemId: $0, after: raw.predecessor) }
        case "conversation.item.added", "conversation.item.created", "conversation.item.done":
            return raw.item.map { .itemAdded($0, after: raw.predecessor) }
        case "conversation.item.deleted": return raw.itemId.map { .itemDeleted(id: $0) }
        case "conversation.item.input_audio_transcription.completed":
            return raw.itemId.map {
                .transcribed(
                    itemId: $0, text: raw.transcript ?? "", unsureWords: WordConfidence.unsureWords(in: raw.logprobs))
            }
        case "conversation.item.input_audio_transcription.failed":
            return raw.itemId.map { .transcriptionFailed(itemId: $0, code: raw.error?.name) }
        case "response.created": return .responseCreated(id: raw.response?.id)
        case "response.output_item.added", "response.output_item.done":
            return raw.item.map {
                .outputItem($0, responseId: raw.responseId, isDone: raw.type == "response.output_item.done")
            }
        case "response.function_call_arguments.done":
            return .functionCall(
                FunctionCall(callId: raw.callId ?? "", name: raw.name ?? "", arguments: raw.arguments ?? ""),
                itemId: raw.itemId, responseId: raw.responseId)
        case "response.output_audio.delta", "response.audio.delta":
            guard let itemId = raw.itemId, let delta = raw.delta else { return nil }
            return .audio(AudioDelta(itemId: itemId, responseId: raw.responseId, base64: delta))
        case "response.output_audio.done", "response.audio.done":
            return raw.itemId.map { .audioDone(itemId: $0, responseId: raw.responseId) }
        case "response.output_audio_transcript.delta", "response.audio_transcript.delta",
            "response.output_text.delta", "response.text.delta":
            guard let itemId = raw.itemId, let delta = raw.delta else { return nil }
            return .words(itemId: itemId, responseId: raw.responseId, delta: delta)
        case "response.output_audio_transcript.done", "response.audio_transcript.done",
            "response.output_text.done", "response.text.done":
            guard let itemId = raw.itemId, let text = raw.transcript ?? raw.text else { return nil }
            return .wordsDone(itemId: itemId, responseId: raw.responseId, text: text)
        case "response.done": return .responseDone(raw.response?.response ?? Response(status: .completed, output: []))
        case "rate_limits.updated": return .rateLimits(waitSeconds: raw.rateLimits.map(\.waitSeconds).max() ?? 0)
        default: return nil
        }
    }
}

/// The fields of all events side by side.
private struct RawEvent: Decodable {
    private enum Key: String, CodingKey {
        case type, session, error, item, response, transcript, text, delta, logprobs, name, arguments
        case itemId = "item_id"
        case callId = "call_id"
        case previousItemId = "previous_item_id"
        case audioStartMs = "audio_start_ms"
        case audioEndMs = "audio_end_ms"
        case responseId = "response_id"
        case rateLimits = "rate_limits"
    }

    var type: String
    var session: RawSession?
    var error: RealtimeError?
    var item: RealtimeEvent.Item?
    var response: RawResponse?
    var transcript: String?
    var text: String?
    var delta: String?
    var itemId: String?
    var predecessor: RealtimeEvent.Predecessor
    var audioStartMs: Int?
    var audioEndMs: Int?
    var responseId: String?
    var rateLimits: [RawRateLimit]
    var logprobs: [WordConfidence.Token]
    var callId: String?
    var name: String?
    var arguments: String?

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        type = try container.decode(String.self, forKey: .type)
        session = container.lenient(RawSession.self, .session)
        // Some compatible servers send a bare string.
        error =
            container.lenient(RealtimeError.self, .error)
            ?? container.lenient(String.self, .error).map { RealtimeError(message: $0) }
        item = container.lenient(RealtimeEvent.Item.self, .item)
        response = container.lenient(RawResponse.self, .response)
        transcript = container.lenient(String.self, .transcript)
        text = container.lenient(String.self, .text)
        delta = container.lenient(String.self, .delta)
        itemId = container.identifier(.itemId)
        if let previous = container.identifier(.previousItemId) {
            predecessor = .item(previous)
        } else {
            predecessor = container.contains(.previousItemId) ? .first : .unknown
        }
        audioStartMs = container.lenientInteger(.audioStartMs)
        audioEndMs = container.lenientInteger(.audioEndMs)
        responseId = container.identifier(.responseId)
        rateLimits = container.lenient([RawRateLimit].self, .rateLimits) ?? []
        logprobs = container.lenient([WordConfidence.Token].self, .logprobs) ?? []
        callId = container.identifier(.callId)
        name = container.identifier(.name)
        arguments = container.lenient(String.self, .arguments)?.beginning(bytes: 16_384)
    }
}

private struct RawSession: Decodable {
    private enum Key: String, CodingKey {
        case id
        case expiresAt = "expires_at"
    }

    var id: String?
    var expiresAt: Double?

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        id = container.lenient(String.self, .id)
        expiresAt = container.lenient(Double.self, .expiresAt)
    }
}

private struct RawRateLimit: Decodable {
    private enum Key: String, CodingKey {
        case remaining
        case resetSeconds = "reset_seconds"
    }

    /// Seconds until an exhausted limit is reset; 0 for a limit that is not exhausted.
    var waitSeconds: Double

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let isExhausted = container.lenient(Double.self, .remaining).map { $0 <= 0 } ?? false
        waitSeconds = isExhausted ? container.lenient(Double.self, .resetSeconds) ?? 0 : 0
    }
}

private struct RawResponse: Decodable {
    private enum Key: String, CodingKey {
        case id, status, output, usage
        case statusDetails = "status_details"
    }
    private enum DetailsKey: String, CodingKey {
        case reason, error
    }

    var id: String?
    var response: RealtimeEvent.Response

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        id = container.identifier(.id)
        let details = try? container.nestedContainer(keyedBy: DetailsKey.self, forKey: .statusDetails)
        let items = container.lenient([Lenient<RealtimeEvent.Item>].self, .output) ?? []
        response = RealtimeEvent.Response(
            id: id,
            status: container.lenient(String.self, .status).flatMap(RealtimeEvent.Response.Status.init) ?? .completed,
            reason: details?.lenient(String.self, .reason), error: details?.lenient(RealtimeError.self, .error),
            output: items.compactMap(\.value), usage: container.lenient(RawUsage.self, .usage)?.usage)
    }
}

private struct RawUsage: Decodable {
    private enum Key: String, CodingKey {
        case inputTokens = "input_tokens"
        case outputTokens = "output_tokens"
        case inputDetails = "input_token_details"
        case outputDetails = "output_token_details"
        case cachedTokens = "cached_tokens"
        case cachedDetails = "cached_tokens_details"
        case audioTokens = "audio_tokens"
    }

    var usage: TokenUsage

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let input = try? container.nestedContainer(keyedBy: Key.self, forKey: .inputDetails)
        let cached = try? input?.nestedContainer(keyedBy: Key.self, forKey: .cachedDetails)
        let output = try? container.nestedContainer(keyedBy: Key.self, forKey: .outputDetails)
        usage = TokenUsage(
            inputTokens: container.lenientInteger(.inputTokens) ?? 0,
            cachedInputTokens: input?.lenientInteger(.cachedTokens) ?? 0,
            outputTokens: container.lenientInteger(.outputTokens) ?? 0,
            audioInputTokens: input?.lenientInteger(.audioTokens) ?? 0,
            cachedAudioInputTokens: cached?.lenientInteger(.audioTokens) ?? 0,
            audioOutputTokens: output?.lenientInteger(.audioTokens) ?? 0)
    }
}

extension RealtimeError: Decodable {
    private enum Key: String, CodingKey {
        case type, code, message, param
        case eventId = "event_id"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        self.init(
            type: container.identifier(.type), code: container.identifier(.code),
            message: container.lenient(String.self, .message)?.beginning(bytes: 1_000),
            param: container.identifier(.param), eventId: container.identifier(.eventId))
    }
}

extension RealtimeEvent.Item: Decodable {
    private enum Key: String, CodingKey {
        case id, type, role, content, name, arguments, transcript, text, status
        case callId = "call_id"
    }
    private struct Part: Decodable {
        var text: String?
        var isText: Bool

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            isText = ["input_text", "text"].contains(container.lenient(String.self, .type))
            text = container.lenient(String.self, .transcript) ?? container.lenient(String.self, .text)
        }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let parts = (container.lenient([Lenient<Part>].self, .content) ?? []).compactMap(\.value)
        let texts = parts.compactMap(\.text)
        let kind: Kind =
            switch (container.lenient(String.self, .type), container.lenient(String.self, .role)) {
            case ("message", "user"): .user
            case ("message", "assistant"): .assistant
            case ("message", "system"): .system
            case ("function_call", _):
                .functionCall(
                    RealtimeEvent.FunctionCall(
                        callId: container.identifier(.callId) ?? "", name: container.identifier(.name) ?? "",
                        arguments: (container.lenient(String.self, .arguments) ?? "").beginning(bytes: 16_384)))
            default: .other
            }
        guard let id = container.identifier(.id) else {
            throw DecodingError.dataCorruptedError(forKey: .id, in: container, debugDescription: "no id")
        }
        self.init(
            id: id, kind: kind,
            text: texts.isEmpty ? nil : texts.joined(separator: " "),
            isTyped: kind == .user && !parts.isEmpty && parts.allSatisfy(\.isText),
            status: container.lenient(String.self, .status).flatMap(Status.init))
    }
}

/// One element of an array, or nil if it is malformed, so that one bad element does not invalidate the others.
private struct Lenient<Value: Decodable>: Decodable {
    var value: Value?

    init(from decoder: any Decoder) throws {
        value = try? Value(from: decoder)
    }
}

extension KeyedDecodingContainer {
    /// An id, which is kept as long as the session. A longer text is none.
    fileprivate func identifier(_ key: Key) -> String? {
        lenient(String.self, key).flatMap { $0.utf8.count <= RealtimeEvent.longestId ? $0 : nil }
    }

    fileprivate func lenient<Value: Decodable>(_ type: Value.Type, _ key: Key) -> Value? {
        (try? decodeIfPresent(type, forKey: key)) ?? nil
    }

    /// Whole milliseconds or tokens; servers in dynamic languages send `1200.0` as well. No session has more of either
    /// than fits in 40 bits, and sums of such numbers cannot overflow.
    fileprivate func lenientInteger(_ key: Key) -> Int? {
        (lenient(Int.self, key) ?? lenient(Double.self, key).flatMap { Int(exactly: $0.rounded()) })
            .map { min(max($0, 0), 1 << 40) }
    }
}
