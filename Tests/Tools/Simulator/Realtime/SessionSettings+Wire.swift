extension SessionSettings {
    /// The session as `session.created` and `session.updated` show it.
    func json(id: String, expiresAt: Int) -> WireJSON {
        let detection = turnDetection?.json(dialect) ?? nil
        let transcription = transcription.map { WireJSON($0) } ?? nil
        let noise = noiseReduction.map { WireJSON($0) } ?? nil
        let tools = WireJSON.array(tools.map { WireJSON($0) })
        let kind: WireJSON = ["type": "realtime"]
        let head: WireJSON = [
            "object": "realtime.session", "id": .string(id), "model": .string(model), "expires_at": .integer(expiresAt),
        ]
        let modalities = WireJSON.array(modalities.map { .string($0) })
        guard dialect == .ga else {
            return head + [
                "modalities": modalities, "instructions": .string(instructions), "voice": .string(voice),
                "input_audio_format": "pcm16", "output_audio_format": "pcm16",
                "input_audio_transcription": transcription,
                "input_audio_noise_reduction": noise, "turn_detection": detection, "tools": tools,
                "tool_choice": WireJSON(toolChoice), "temperature": .number(temperature),
                "max_response_output_tokens": WireJSON(maxTokens), "speed": .number(speed),
                "tracing": tracing.map { WireJSON($0) } ?? nil,
            ]
        }
        let pcm: WireJSON = ["type": "audio/pcm", "rate": 24_000]
        let audio: WireJSON = [
            "input": [
                "format": pcm, "transcription": transcription, "noise_reduction": noise, "turn_detection": detection,
            ],
            "output": ["format": pcm, "voice": .string(voice), "speed": .number(speed)],
        ]
        return kind + head + [
            "output_modalities": modalities, "instructions": .string(instructions), "tools": tools,
            "tool_choice": WireJSON(toolChoice), "max_output_tokens": WireJSON(maxTokens),
            "truncation": WireJSON(truncation), "tracing": tracing.map { WireJSON($0) } ?? nil, "prompt": nil,
            "include": nil, "audio": audio,
        ]
    }
}
