/// The members that a session and a response may have, by dialect.
enum SessionShapes {
    static let transcriptionModels = [
        "whisper-1", "gpt-4o-transcribe", "gpt-4o-mini-transcribe", "gpt-4o-mini-transcribe-2025-12-15",
        "gpt-4o-transcribe-diarize", "gpt-transcribe", "gpt-live-transcribe", "gpt-realtime-whisper",
    ]

    static func session(_ dialect: Dialect) -> Shape {
        .object(dialect == .ga ? gaSession : betaSession)
    }

    static func response(_ dialect: Dialect) -> Shape {
        .object(dialect == .ga ? gaResponse : betaResponse)
    }

    private static let serverVAD: [Shape.Field] = [
        .optional("threshold", .number(0...1)), .optional("prefix_padding_ms", .integer(0...60_000)),
        .optional("silence_duration_ms", .integer(0...60_000)), .optional("create_response", .boolean),
        .optional("interrupt_response", .boolean),
    ]
    private static let semanticVAD: [Shape.Field] = [
        .optional("eagerness", .choice(["auto", "low", "medium", "high"])), .optional("create_response", .boolean),
        .optional("interrupt_response", .boolean),
    ]

    private static func turnDetection(_ dialect: Dialect) -> Shape {
        let idle = [Shape.Field.optional("idle_timeout_ms", .nullable(.integer(5_000...30_000)))]
        return .nullable(
            .tagged("type", ["server_vad": serverVAD + (dialect == .ga ? idle : []), "semantic_vad": semanticVAD]))
    }

    private static let transcription: [Shape.Field] = [
        .optional("model", .choice(transcriptionModels)), .optional("language", .string()),
        .optional("prompt", .string()),
    ]
    private static let gaTranscription =
        transcription + [
            .optional("languages", .array(.string())), .optional("keywords", .array(.string())),
            .optional("delay", .choice(["minimal", "low", "medium", "high", "xhigh"])),
        ]

    private static func noiseReduction(_ dialect: Dialect) -> Shape {
        let strength = [Shape.Field.optional("strength", .number(0...1))]
        return .nullable(
            .object([.optional("type", .choice(["near_field", "far_field"]))] + (dialect == .ga ? strength : [])))
    }

    /// The simulator supports PCM only.
    private static let format = Shape.tagged("type", ["audio/pcm": [.optional("rate", .integer(24_000...24_000))]])
    private static let betaFormat = Shape.choice(["pcm16"])

    private static func voice(_ dialect: Dialect) -> Shape {
        dialect == .ga
            ? .either([.choice(dialect.voices), .object([.required("id", .string())])]) : .choice(dialect.voices)
    }

    private static let tools = Shape.array(
        .tagged(
            "type",
            [
                "function": [
                    .required("name", .string(longest: 64)), .optional("description", .string()),
                    .optional("parameters", .anyObject),
                ]
            ]))
    private static let toolChoice = Shape.either([
        .choice(["auto", "none", "required"]), .tagged("type", ["function": [.required("name", .string())]]),
    ])
    private static let tokens = Shape.either([.integer(1...4096), .choice(["inf"])])
    private static let reasoning = Shape.object([
        .optional("effort", .choice(["minimal", "low", "medium", "high", "xhigh"]))
    ])
    private static let prompt = Shape.nullable(
        .object([
            .required("id", .string()), .optional("version", .nullable(.string())),
            .optional("variables", .nullable(.anyObject)),
        ]))
    private static let truncation = Shape.either([
        .choice(["auto", "disabled"]),
        .tagged(
            "type",
            [
                "retention_ratio": [
                    .required("retention_ratio", .number(0...1)),
                    .optional("token_limits", .object([.optional("post_instructions", .integer(0...1_000_000))])),
                ]
            ]),
    ])
    private static let tracing = Shape.nullable(
        .either([
            .choice(["auto"]),
            .object([
                .optional("workflow_name", .string()), .optional("group_id", .string()),
                .optional("metadata", .anyObject),
            ]),
        ]))

    private static let gaSession: [Shape.Field] = [
        .required("type", .choice(["realtime"])), .optional("model", .string()), .optional("instructions", .string()),
        .optional("output_modalities", .array(.choice(["audio", "text"]))),
        .optional(
            "audio",
            .object([
                .optional(
                    "input",
                    .object([
                        .optional("format", format), .optional("transcription", .nullable(.object(gaTranscription))),
                        .optional("noise_reduction", noiseReduction(.ga)),
                        .optional("turn_detection", turnDetection(.ga)),
                    ])),
                .optional(
                    "output",
                    .object([
                        .optional("format", format), .optional("voice", voice(.ga)),
                        .optional("speed", .number(0.25...1.5)),
                    ])),
            ])),
        .optional("tools", tools), .optional("tool_choice", toolChoice), .optional("parallel_tool_calls", .boolean),
        .optional("max_output_tokens", tokens), .optional("truncation", truncation), .optional("reasoning", reasoning),
        .optional("tracing", tracing), .optional("prompt", prompt),
        .optional("include", .array(.choice(["item.input_audio_transcription.logprobs"]))),
    ]

    private static let betaSession: [Shape.Field] = [
        .optional("model", .string()), .optional("modalities", .array(.choice(["audio", "text"]))),
        .optional("instructions", .string()), .optional("voice", voice(.beta)),
        .optional("input_audio_format", betaFormat),
        .optional("output_audio_format", betaFormat),
        .optional("input_audio_transcription", .nullable(.object(transcription))),
        .optional("input_audio_noise_reduction", noiseReduction(.beta)),
        .optional("turn_detection", turnDetection(.beta)),
        .optional("tools", tools), .optional("tool_choice", toolChoice), .optional("temperature", .number(0.6...1.2)),
        .optional("max_response_output_tokens", tokens), .optional("speed", .number(0.25...1.5)),
        .optional("tracing", tracing),
    ]

    private static let conversation = Shape.choice(["auto", "none"])
    private static let metadata = Shape.nullable(.anyObject)

    private static let gaResponse: [Shape.Field] = [
        .optional("instructions", .string()), .optional("output_modalities", .array(.choice(["audio", "text"]))),
        .optional(
            "audio",
            .object([.optional("output", .object([.optional("format", format), .optional("voice", voice(.ga))]))])),
        .optional("tools", tools), .optional("tool_choice", toolChoice), .optional("parallel_tool_calls", .boolean),
        .optional("max_output_tokens", tokens), .optional("conversation", conversation),
        .optional("metadata", metadata),
        .optional("input", .array(.anyObject)), .optional("reasoning", reasoning), .optional("prompt", prompt),
    ]

    private static let betaResponse: [Shape.Field] = [
        .optional("modalities", .array(.choice(["audio", "text"]))), .optional("instructions", .string()),
        .optional("voice", voice(.beta)), .optional("output_audio_format", betaFormat), .optional("tools", tools),
        .optional("tool_choice", toolChoice), .optional("temperature", .number(0.6...1.2)),
        .optional("max_response_output_tokens", tokens), .optional("conversation", conversation),
        .optional("metadata", metadata), .optional("input", .array(.anyObject)),
    ]
}
