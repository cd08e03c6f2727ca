extension RealtimeSession {
    /// The `usage` of a finished response: ten tokens per second of audio input, twenty per second of audio output, and
    /// one per four bytes of text. From now on the input counts as cached.
    func countUsage(of run: ResponseRun) -> WireJSON {
        let own = Set(run.output.map(\.id))
        var input = TokenMeter.Tokens(text: settings.instructions.utf8.count / 4)
        for item in conversation.items where !own.contains(item.id) {
            let tokens = item.tokens
            input.text += tokens.text
            input.audio += tokens.audio
        }
        let cached = meter.read(input)
        let output = TokenMeter.Tokens(text: run.output.count * 30, audio: run.audioBytes / 2_400)
        if !isMuted { world.registry.update(id) { $0.usage.add(input: input, cached: cached, output: output) } }
        return [
            "total_tokens": .integer(input.total + output.total), "input_tokens": .integer(input.total),
            "output_tokens": .integer(output.total),
            "input_token_details": [
                "text_tokens": .integer(input.text), "audio_tokens": .integer(input.audio), "image_tokens": 0,
                "cached_tokens": .integer(cached.total),
                "cached_tokens_details": [
                    "text_tokens": .integer(cached.text), "audio_tokens": .integer(cached.audio), "image_tokens": 0,
                ],
            ],
            "output_token_details": ["text_tokens": .integer(output.text), "audio_tokens": .integer(output.audio)],
        ]
    }
}

extension ConversationItem {
    /// Number of tokens to read it.
    fileprivate var tokens: TokenMeter.Tokens {
        let frame = 10
        guard case .message(let role, let contents) = kind else { return TokenMeter.Tokens(text: frame + 20) }
        let letters = contents.reduce(0) { sum, content in
            if case .inputAudio = content { sum } else { sum + (content.words?.utf8.count ?? 0) }
        }
        return TokenMeter.Tokens(text: frame + letters / 4, audio: audioBytes / (role == "user" ? 4_800 : 2_400))
    }
}
