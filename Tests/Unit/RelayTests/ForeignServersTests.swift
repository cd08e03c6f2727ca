import Domain
import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import Conversation
@testable import RelayService

/// Whole calls with servers that speak the protocol in their own way, each played by its habits.
@Suite struct ForeignServersTests {
    struct Server: Sendable, CustomTestStringConvertible {
        var name: String
        var environment: [String: String]
        var habits = ScriptedOpenAI.Habits()
        /// Path and query of the handshake.
        var path = "/v1/realtime?model=m"
        /// Headers of the handshake; nil for one that must not be there.
        var headers: [String: String?] = [:]
        /// Members of `session.update` by their paths; nil for one that must not be there.
        var update: [String: JSONValue?] = [:]
        /// Bytes that 100 ms of the trainee's audio become.
        var audioBytes = 4_800
        /// The trainee's turn and the customer's answer, which ends the conversation.
        var turn: [String]

        var testDescription: String { name }
    }

    static let sound = Fixture.base64(4_800)
    static let words = "Hello."
    static let call = #""call_id":"c1","name":"end_conversation","arguments":"{\"outcome\":\"rejected\"}""#

    /// A turn in the names of GA or of the beta.
    static func turn(
        _ prefix: String, item: String = "added", extra: String = "", done: String? = nil, usage: String = ""
    ) -> [String] {
        let output = done ?? #"{"id":"f1","type":"function_call",\#(call)}"#
        return [
            #"{"type":"input_audio_buffer.speech_started","audio_start_ms":0,"item_id":"t1"\#(extra)}"#,
            #"{"type":"input_audio_buffer.speech_stopped","audio_end_ms":90,"item_id":"t1"\#(extra)}"#,
            #"{"type":"input_audio_buffer.committed","item_id":"t1"\#(extra)}"#,
            #"{"type":"conversation.item.\#(item)","item":{"id":"t1","type":"message","role":"user","content":[{"type":"input_audio"}]}\#(extra)}"#,
            #"{"type":"conversation.item.input_audio_transcription.completed","item_id":"t1","content_index":0,"transcript":"\#(words)"\#(extra)}"#,
            #"{"type":"response.created","response":{"id":"r1","status":"in_progress"}\#(extra)}"#,
            #"{"type":"response.output_item.added","response_id":"r1","output_index":0,"item":{"id":"a1","type":"message","role":"assistant","content":[]}\#(extra)}"#,
            #"{"type":"response.\#(prefix)audio_transcript.delta","response_id":"r1","item_id":"a1","delta":"No, thanks."\#(extra)}"#,
            #"{"type":"response.\#(prefix)audio.delta","response_id":"r1","item_id":"a1","output_index":0,"content_index":0,"delta":"\#(sound)"\#(extra)}"#,
            #"{"type":"response.\#(prefix)audio.done","response_id":"r1","item_id":"a1"\#(extra)}"#,
            #"{"type":"response.\#(prefix)audio_transcript.done","response_id":"r1","item_id":"a1","transcript":"No, thanks."\#(extra)}"#,
            #"{"type":"response.done","response":{"id":"r1","status":"completed","output":[\#(output)]\#(usage)}\#(extra)}"#,
        ]
    }

    static let servers: [Server] = [
        Server(
            name: "Azure OpenAI, GA", environment: ["PROVIDER": "azure", "TRANSCRIPTION_MODEL": "my-transcribe"],
            habits: .init(base: "/openai/v1"), path: "/openai/v1/realtime?model=m",
            headers: ["api-key": "sk-test", "Authorization": nil, "OpenAI-Beta": nil],
            update: [
                "type": "realtime", "audio.input.transcription.model": "my-transcribe", "audio.output.voice": "verse",
                "audio.input.transcription.keywords": nil,
            ],
            turn: turn("output_", usage: #","usage":{"total_tokens":3,"input_tokens":2,"output_tokens":1}"#)),
        Server(
            name: "LocalAI", environment: ["PROVIDER": "compatible", "OPENAI_API_KEY": ""],
            habits: .init(greetings: [
                #"{"type":"localai.model.loading","event_id":"","progress":0.5}"#,
                #"{"type":"session.created","event_id":"event_TODO","session":{"id":"s","type":"realtime","model":"m"}}"#,
            ]),
            headers: ["Authorization": nil, "OpenAI-Safety-Identifier": nil],
            update: ["truncation": nil, "include": nil, "audio.input.noise_reduction": nil, "tool_choice": "auto"],
            turn: [#"{"type":"error","error":{"type":"server_event","code":"invalid_json","message":"m"}}"#]
                + turn("output_", extra: #","event_id":"event_TODO""#)),
        Server(
            name: "speaches",
            environment: [
                "PROVIDER": "compatible", "OPENAI_API_KEY": "", "REALTIME_DIALECT": "beta",
                "REALTIME_QUERY": "intent=conversation&transcription_model=whisper", "REALTIME_VOICE": "af_heart",
            ],
            habits: .init(greetings: [
                #"{"type":"session.created","session":{"id":"s","modalities":["audio","text"],"voice":"af_heart"}}"#
            ]),
            path: "/v1/realtime?intent=conversation&transcription_model=whisper&model=m",
            headers: ["Authorization": nil],
            update: [
                "voice": "af_heart", "modalities": ["text", "audio"], "type": nil, "turn_detection.type": "server_vad",
            ],
            turn: turn("", item: "created")),
        Server(
            name: "vLLM-Omni", environment: ["PROVIDER": "compatible"], habits: .init(greetings: []),
            headers: ["Authorization": "Bearer sk-test"],
            turn: [#"{"type":"error","error":"unsupported"}"#]
                + turn("output_", done: "").dropLast()
                + [
                    #"{"type":"response.function_call_arguments.done","response_id":"r1","item_id":"f1",\#(call)}"#,
                    #"{"type":"response.done","response":{"id":"r1","status":"completed","output":[]}}"#,
                ]),
        Server(
            name: "Azure Voice Live",
            environment: ["PROVIDER": "azure-voice-live", "REALTIME_QUERY": "api-version=2026-04-10"],
            habits: .init(base: "/voice-live"), path: "/voice-live/realtime?api-version=2026-04-10&model=m",
            headers: ["api-key": "sk-test", "Authorization": nil, "OpenAI-Beta": nil],
            update: ["input_audio_format": "pcm16", "voice": "verse", "input_audio_noise_reduction": nil, "type": nil],
            turn: [#"{"type":"response.animation_viseme.delta","response_id":"r1","item_id":"a1","viseme_id":7}"#]
                + turn("", item: "created")),
        Server(
            name: "xAI",
            environment: ["PROVIDER": "compatible", "REALTIME_DIALECT": "ga-flat", "REALTIME_VOICE": "ara"],
            habits: .init(greetings: [
                #"{"type":"conversation.created","conversation":{"id":"conv_1","object":"realtime.conversation"}}"#,
                #"{"type":"ping"}"#,
            ]),
            headers: ["Authorization": "Bearer sk-test", "OpenAI-Beta": nil],
            update: [
                "voice": "ara", "turn_detection.type": "server_vad", "audio.output.format.rate": 24_000,
                "audio.output.voice": nil,
            ],
            turn: turn("output_")),
        Server(
            name: "Qwen-Omni",
            environment: [
                "PROVIDER": "compatible", "REALTIME_DIALECT": "beta", "REALTIME_INPUT_RATE": "16000",
                "REALTIME_TOOLS": "nested", "REALTIME_VOICE": "Cherry",
            ],
            update: ["modalities": ["text", "audio"], "voice": "Cherry", "tools.0.function.name": "end_conversation"],
            // The last samples wait for the filter.
            audioBytes: 3_136, turn: turn("", item: "created")),
        Server(
            name: "StepFun",
            environment: ["PROVIDER": "compatible", "REALTIME_DIALECT": "beta", "REALTIME_SESSION_MINUTES": "30"],
            headers: ["Authorization": "Bearer sk-test"], update: ["input_audio_format": "pcm16"],
            turn: turn("", item: "created")),
        Server(
            name: "Inworld",
            environment: ["PROVIDER": "compatible", "REALTIME_AUTH_HEADER": "Authorization:Basic"],
            headers: ["Authorization": "Basic sk-test"], update: ["type": "realtime"],
            turn: turn("output_", extra: #","inworld":{"latency":[1,2]}"#)),
        Server(
            name: "Hugging Face speech-to-speech", environment: ["PROVIDER": "compatible", "OPENAI_API_KEY": ""],
            habits: .init(confirmation: { _ in #"{"type":"session.updated","event_id":null,"session":{"id":null}}"# }),
            headers: ["Authorization": nil],
            turn: [
                #"{"type":"error","error":{"type":"unknown_or_invalid_event","code":null,"message":"m","param":null,"event_id":null}}"#
            ]
                + turn(
                    "output_", item: "created", extra: #","previous_item_id":null,"event_id":null"#,
                    usage: #","usage":{"total_tokens":0,"input_tokens":0,"output_tokens":0},"status_details":null"#)),
        Server(
            name: "LiteLLM", environment: ["PROVIDER": "compatible"], headers: ["Authorization": "Bearer sk-test"],
            turn: turn("output_").flatMap { event in
                event.contains("response.created")
                    ? [
                        event,
                        #"{"type":"error","error":{"type":"invalid_request_error","code":"conversation_already_has_active_response","message":"m","param":null,"event_id":null}}"#,
                    ] : [event]
            }),
        Server(
            name: "a server of binary frames", environment: ["PROVIDER": "compatible"],
            habits: .init(usesBinaryFrames: true), turn: turn("output_")),
    ]

    @Test(arguments: servers)
    func `a whole call`(server: Server) async throws {
        let house = try RelayHouse(server.habits)
        let environment = ["REALTIME_MODEL": "m"].merging(server.environment) { _, given in given }
        try await house.run(environment, supervised: false) { path in
            let (_, gateway, line) = try await house.call(at: path)
            #expect(line.path == server.path)
            for (name, value) in server.headers {
                let name = try #require(HTTPField.Name(name))
                #expect(line.headers[name] == value, "\(name)")
            }
            let session = try #require(line.events("session.update").first?["session"])
            for (path, value) in server.update { #expect(Self.member(path, of: session) == value, "\(path)") }

            try gateway.send(1, #"{"type":"audio","data":"\#(Fixture.base64(4_800))"}"#)
            try await eventually("audio upstream") { !line.events("input_audio_buffer.append").isEmpty }
            let audio = line.events("input_audio_buffer.append").first?["audio"]?.string
            let bytes = Data(base64Encoded: audio ?? "")?.count ?? 0
            #expect(abs(bytes - server.audioBytes) <= 64)

            for event in server.turn { line.say(event) }
            let ended = try await gateway.message(1, "session_ended")
            #expect(ended["endTrigger"] == "end_conversation:rejected")
            #expect(gateway.messages(1, "audio").compactMap { $0["data"]?.string } == [Self.sound])
            let said = gateway.messages(1, "transcript").map { [$0["speaker"]?.string, $0["text"]?.string] }
            #expect(Set(said) == [["TRAINEE", Self.words], ["AVATAR", "No, thanks."]])
            #expect(line.events("response.create").isEmpty)
            #expect(line.events("session.update").count == 1)
        }
    }

    private static func member(_ path: String, of value: JSONValue) -> JSONValue? {
        path.split(separator: ".").reduce(value as JSONValue?) { value, name in
            if let index = Int(name), case .array(let items)? = value {
                return items.indices.contains(index) ? items[index] : nil
            }
            return value?[String(name)]
        }
    }

    // MARK: Refusals over the wire

    @Test func `what one call had to leave out, the next one does not send`() async throws {
        let house = try RelayHouse(
            .init(confirmation: { event in
                event.contains("truncation")
                    ? #"{"type":"error","error":{"type":"invalid_request_error","code":"unknown_parameter","message":"m","param":"session.truncation","event_id":"session_1"}}"#
                    : #"{"type":"session.updated","session":{}}"#
            }))
        try await house.run(supervised: false) { path in
            let gateway = try await ScriptedGateway.connect(to: path)
            for number in 0..<2 {
                try await gateway.attach(number, try await house.newSession())
                try await gateway.message(number, "ready")
                let sessions = try await house.openAI.line(number).events("session.update").compactMap { $0["session"] }
                #expect(sessions.map { $0["truncation"] != nil } == (number == 0 ? [true, false] : [false]))
            }
        }
    }
}
