import Domain
import Foundation
import Testing

@testable import Conversation
@testable import RelayService

@Suite struct RealtimeCommandTests {
    private func encoded(_ command: RealtimeCommand, _ dialect: RealtimeDialect) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: command.encoded(eventId: "e_1", for: .speaking(dialect)))
    }

    private let tool: JSONValue = [
        "type": "function", "name": "end_conversation", "description": EndConversation.tool["description"] ?? .null,
        "parameters": [
            "type": "object",
            "properties": ["outcome": ["type": "string", "enum": ["converted", "rejected", "walked_away"]]],
            "required": ["outcome"], "additionalProperties": false,
        ],
    ]
    private let turnDetection: JSONValue = [
        "type": "server_vad", "threshold": 0.5, "prefix_padding_ms": 300, "silence_duration_ms": 500,
        "create_response": true, "interrupt_response": true,
    ]

    @Test func `session.update has the shape of GA, key by key`() throws {
        let expected: JSONValue = [
            "type": "session.update", "event_id": "e_1",
            "session": [
                "type": "realtime", "instructions": "You are Karel.", "output_modalities": ["audio"],
                "audio": [
                    "input": [
                        "format": ["type": "audio/pcm", "rate": 24000],
                        "transcription": ["model": "gpt-transcribe", "language": "en"],
                        "noise_reduction": ["type": "near_field"], "turn_detection": turnDetection,
                    ],
                    "output": ["format": ["type": "audio/pcm", "rate": 24000], "voice": "verse"],
                ],
                "tools": [tool], "tool_choice": "auto", "max_output_tokens": "inf",
                "truncation": ["type": "retention_ratio", "retention_ratio": 0.8],
                "include": ["item.input_audio_transcription.logprobs"],
            ],
        ]
        #expect(try encoded(.updateSession(Fixture.settings), .ga) == expected)
    }

    @Test func `session.update has the shape of the beta, key by key`() throws {
        let expected: JSONValue = [
            "type": "session.update", "event_id": "e_1",
            "session": [
                "modalities": ["text", "audio"], "instructions": "You are Karel.", "voice": "verse",
                "input_audio_format": "pcm16", "output_audio_format": "pcm16",
                "input_audio_transcription": ["model": "gpt-transcribe", "language": "en"],
                "input_audio_noise_reduction": ["type": "near_field"], "turn_detection": turnDetection,
                "tools": [tool], "tool_choice": "auto", "temperature": 0.8, "max_response_output_tokens": "inf",
            ],
        ]
        #expect(try encoded(.updateSession(Fixture.settings), .beta) == expected)
    }

    @Test func `session.update has the flat shape, key by key`() throws {
        var profile = ProviderProfile.speaking(.gaFlat)
        profile.nestsTools = true
        profile.inputRate = 16_000
        var settings = Fixture.settings
        settings.optionalKeys = []
        let event = try JSONDecoder().decode(
            JSONValue.self, from: RealtimeCommand.updateSession(settings).encoded(eventId: "e_1", for: profile))
        guard case .object(var function) = tool else { throw CancellationError() }
        function["type"] = nil
        let expected: JSONValue = [
            "type": "session.update", "event_id": "e_1",
            "session": [
                "instructions": "You are Karel.", "voice": "verse", "turn_detection": ["type": "server_vad"],
                "audio": [
                    "input": [
                        "format": ["type": "audio/pcm", "rate": 16000], "transcription": ["model": "gpt-transcribe"],
                    ],
                    "output": ["format": ["type": "audio/pcm", "rate": 24000]],
                ],
                "tools": [["type": "function", "function": .object(function)]],
            ],
        ]
        #expect(event == expected)
    }

    @Test(arguments: OptionalKey.allCases)
    func `a key that may not be sent is in no dialect's settings`(key: OptionalKey) throws {
        var settings = Fixture.settings
        settings.reasoningEffort = "low"
        settings.keywords = ["glo"]
        let whole = try RealtimeDialect.allCases.map { try text(settings, $0) }
        settings.optionalKeys.remove(key)
        for (before, dialect) in zip(whole, RealtimeDialect.allCases) {
            let after = try text(settings, dialect)
            for name in names(of: key) { #expect(!after.contains("\"\(name)\":"), "\(dialect)") }
            #expect(after.count <= before.count)
        }
        #expect(
            try RealtimeDialect.allCases.contains { try text(settings, $0).count < text(with(key, settings), $0).count }
        )
    }

    private func with(_ key: OptionalKey, _ settings: RealtimeSettings) -> RealtimeSettings {
        var settings = settings
        settings.optionalKeys.insert(key)
        return settings
    }

    private func text(_ settings: RealtimeSettings, _ dialect: RealtimeDialect) throws -> String {
        String(
            decoding: try RealtimeCommand.updateSession(settings).encoded(eventId: "e", for: .speaking(dialect)),
            as: UTF8.self)
    }

    private func names(of key: OptionalKey) -> [String] {
        switch key {
        case .noiseReduction: ["noise_reduction", "input_audio_noise_reduction"]
        case .maxOutputTokens: ["max_output_tokens", "max_response_output_tokens"]
        case .turnTuning: ["threshold", "prefix_padding_ms", "silence_duration_ms"]
        case .turnResponses: ["create_response", "interrupt_response"]
        case .truncation, .include, .keywords, .language, .reasoning, .temperature, .toolChoice: [key.rawValue]
        }
    }

    @Test func `product names go to the models that take them, and none is asked of no model`() throws {
        var settings = Fixture.settings
        settings.keywords = ["glo", "Hyper X2"]
        let names = #""keywords":["glo","Hyper X2"]"#
        #expect(try text(settings, .ga).contains(names))
        settings.useNextTranscriptionModel()
        #expect(settings.transcriptionModel == "gpt-realtime-whisper")
        #expect(try !text(settings, .ga).contains(names))
        settings.useNextTranscriptionModel()
        #expect(try text(settings, .ga).contains(#""transcription":null"#))
        #expect(try !text(settings, .ga).contains("logprobs"))
        #expect(try text(settings, .beta).contains(#""input_audio_transcription":null"#))
    }

    @Test func `unset values are left out and never null`() throws {
        var settings = Fixture.settings
        settings.voice = nil
        settings.reasoningEffort = "low"
        let ga = String(
            decoding: try RealtimeCommand.updateSession(settings).encoded(eventId: "e", for: .speaking(.ga)),
            as: UTF8.self)
        #expect(!ga.contains("null"))
        #expect(!ga.contains("voice"))
        #expect(ga.contains(#""reasoning":{"effort":"low"}"#))
        let beta = String(
            decoding: try RealtimeCommand.updateSession(settings).encoded(eventId: "e", for: .speaking(.beta)),
            as: UTF8.self)
        #expect(!beta.contains("null"))
        #expect(!beta.contains("reasoning"))
    }

    @Test(arguments: RealtimeDialect.allCases)
    func `the other events are the same in both dialects`(dialect: RealtimeDialect) throws {
        let cases: [(RealtimeCommand, JSONValue)] = [
            (.commitAudio, ["type": "input_audio_buffer.commit", "event_id": "e_1"]),
            (.clearAudio, ["type": "input_audio_buffer.clear", "event_id": "e_1"]),
            (.createResponse, ["type": "response.create", "event_id": "e_1"]),
            (.cancelResponse(id: "resp_1"), ["type": "response.cancel", "response_id": "resp_1", "event_id": "e_1"]),
            (.cancelResponse(id: nil), ["type": "response.cancel", "event_id": "e_1"]),
            (.deleteItem(id: "sup_1"), ["type": "conversation.item.delete", "item_id": "sup_1", "event_id": "e_1"]),
            (
                .truncate(itemId: "item_9", audioEndMs: 1500),
                [
                    "type": "conversation.item.truncate", "item_id": "item_9", "content_index": 0, "audio_end_ms": 1500,
                    "event_id": "e_1",
                ]
            ),
            (
                .createItem(.system(id: "sup_7", text: "[state] attitude=5")),
                [
                    "type": "conversation.item.create", "event_id": "e_1",
                    "item": [
                        "id": "sup_7", "type": "message", "role": "system",
                        "content": [["type": "input_text", "text": "[state] attitude=5"]],
                    ],
                ]
            ),
            (
                .createItem(.user(id: "line_1", text: "Hello")),
                [
                    "type": "conversation.item.create", "event_id": "e_1",
                    "item": [
                        "id": "line_1", "type": "message", "role": "user",
                        "content": [["type": "input_text", "text": "Hello"]],
                    ],
                ]
            ),
            (
                .createItem(.functionOutput(callId: "call_1", output: ["ok": true])),
                [
                    "type": "conversation.item.create", "event_id": "e_1",
                    "item": ["type": "function_call_output", "call_id": "call_1", "output": #"{"ok":true}"#],
                ]
            ),
        ]
        for (command, expected) in cases { #expect(try encoded(command, dialect) == expected) }
    }

    @Test(arguments: [(RealtimeDialect.ga, "output_text"), (.beta, "text"), (.gaFlat, "output_text")])
    func `a replayed customer utterance has its dialect's content type`(dialect: RealtimeDialect, type: String) throws {
        let event = try encoded(.createItem(.assistant(id: "a1", text: "Hi")), dialect)
        #expect(event["item"]?["content"] == [["type": .string(type), "text": "Hi"]])
    }

    @Test(arguments: [
        (#"{"outcome":"converted"}"#, Outcome.converted), (#"{"outcome":"walked_away","x":1}"#, .walkedAway),
        (#"{"outcome":"bought"}"#, nil), (#"{"outcome":3}"#, nil), ("{", nil), ("", nil), ("[]", nil),
        (String(repeating: " ", count: 5_000), nil),
    ])
    func `the outcome of end_conversation is one of three or none`(arguments: String, outcome: Outcome?) {
        #expect(EndConversation.outcome(inArguments: arguments) == outcome)
    }

    @Test(
        arguments: [
            ("https://api.openai.com/v1", nil, "wss://api.openai.com/v1/realtime?model=gpt-realtime-2.1"),
            ("http://127.0.0.1:9000/v1/", nil, "ws://127.0.0.1:9000/v1/realtime?model=gpt-realtime-2.1"),
            ("https://x.test/v1?a=b", nil, "wss://x.test/v1/realtime?a=b&model=gpt-realtime-2.1"),
            ("https://x.test", "wss://y.test/rt?model=mine", "wss://y.test/rt?model=mine"),
        ] as [(String, String?, String)])
    func `the realtime URL follows from the base`(base: String, realtime: String?, expected: String) throws {
        let url = RealtimeClient.endpoint(
            base: try #require(URL(string: base)), realtime: realtime.flatMap { URL(string: $0) },
            model: "gpt-realtime-2.1")
        #expect(url == expected)
    }

    @Test func `the profile adds to the realtime URL's query`() throws {
        let url = RealtimeClient.endpoint(
            base: try #require(URL(string: "https://x.test/v1?a=b")), realtime: nil, model: "m",
            query: [URLQueryItem(name: "a", value: "c"), URLQueryItem(name: "api-version", value: "2026-04-10")])
        #expect(url == "wss://x.test/v1/realtime?a=b&api-version=2026-04-10&model=m")
    }

    @Test func `instructions contain persona, situation, knowledge and language`() {
        let text = RealtimePrompt.instructions(persona: Fixture.persona, scenario: Fixture.scenario)
        for part in [
            "You are Karel.", "You stand at the counter.", "You have heard of glo.", "English", "end_conversation",
        ] {
            #expect(text.contains(part))
        }
    }
}

extension ProviderProfile {
    /// The usual profile in another dialect.
    static func speaking(_ dialect: RealtimeDialect) -> ProviderProfile {
        var profile = ProviderProfile()
        profile.dialect = dialect
        return profile
    }
}
