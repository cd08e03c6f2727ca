import Domain

/// A session's configuration: OpenAI's defaults, changed by `session.update`.
struct SessionSettings: Sendable {
    let dialect: Dialect
    let model: String
    var instructions =
        "Your knowledge cutoff is 2023-10. You are a helpful, witty, and friendly AI. Act like a human, but remember that "
        + "you aren't a human and that you can't do human things in the real world."
    var voice = "alloy"
    var modalities: [String]
    var turnDetection: TurnDetection? = TurnDetection()
    var transcription: JSONValue?
    var noiseReduction: JSONValue?
    var tools: [JSONValue] = []
    var toolChoice: JSONValue = "auto"
    var maxTokens: JSONValue = "inf"
    var truncation: JSONValue = "auto"
    var tracing: JSONValue?
    var reasoning: JSONValue?
    var speed = 1.0
    var temperature = 0.8

    init(dialect: Dialect, model: String) {
        self.dialect = dialect
        self.model = model
        modalities = dialect == .ga ? ["audio"] : ["text", "audio"]
    }

    var speaks: Bool { modalities.contains("audio") }

    /// The names of the function tools.
    var toolNames: [String] { tools.compactMap { $0["name"]?.string } }

    /// The settings after an update, or the error that refuses it: an update with one invalid member has no effect at
    /// all.
    ///
    /// - Parameters:
    ///   - update: the `session` of a `session.update`.
    ///   - hasSpoken: the assistant has sent audio, so its voice is fixed.
    func updated(_ update: JSONValue, hasSpoken: Bool) throws(APIError) -> SessionSettings {
        try SessionShapes.session(dialect).check(update, "session")
        if let model = update["model"]?.string, model != self.model {
            throw APIError(
                code: "session_cannot_update_model", message: "Cannot update a conversation's model.",
                param: "session.model")
        }
        if update["reasoning"] != nil, !RealtimeModel.reasons(model) { throw .unknownParameter("session.reasoning") }
        var next = self
        let isGA = dialect == .ga
        let input = update["audio"]?["input"]
        let output = update["audio"]?["output"]
        next.instructions = update["instructions"]?.string ?? instructions
        next.voice = try voice(isGA ? output?["voice"] : update["voice"], hasSpoken: hasSpoken)
        next.modalities = try modalities(update)
        next.speed = (isGA ? output?["speed"] : update["speed"])?.number ?? speed
        next.temperature = update["temperature"]?.number ?? temperature
        next.tools = update["tools"]?.array ?? tools
        next.toolChoice = update["tool_choice"] ?? toolChoice
        next.maxTokens = update[isGA ? "max_output_tokens" : "max_response_output_tokens"] ?? maxTokens
        next.truncation = update["truncation"] ?? truncation
        next.reasoning = update["reasoning"] ?? reasoning
        func replace(_ old: JSONValue?, _ new: JSONValue?) -> JSONValue? { new == .null ? nil : new ?? old }
        next.tracing = replace(tracing, update["tracing"])
        next.transcription = replace(
            transcription, isGA ? input?["transcription"] : update["input_audio_transcription"])
        next.noiseReduction = replace(
            noiseReduction, isGA ? input?["noise_reduction"] : update["input_audio_noise_reduction"])
        if let detection = isGA ? input?["turn_detection"] : update["turn_detection"] {
            next.turnDetection = detection == .null ? nil : TurnDetection(detection)
        }
        if let model = next.transcription?["model"]?.string, next.turnDetection != nil,
            ["gpt-live-transcribe", "gpt-realtime-whisper"].contains(model)
        {
            throw APIError(
                code: "invalid_value", message: "Model '\(model)' requires turn detection to be off.",
                param: isGA ? "session.audio.input.transcription.model" : "session.input_audio_transcription.model")
        }
        return next
    }

    private func voice(_ asked: JSONValue?, hasSpoken: Bool) throws(APIError) -> String {
        guard let wanted = asked?.string ?? asked?["id"]?.string, wanted != voice else { return voice }
        guard !hasSpoken else {
            throw APIError(
                code: "cannot_update_voice",
                message: "Cannot update a conversation's voice if assistant audio is present.",
                param: dialect == .ga ? "session.audio.output.voice" : "session.voice")
        }
        return wanted
    }

    private func modalities(_ update: JSONValue) throws(APIError) -> [String] {
        let name = dialect == .ga ? "output_modalities" : "modalities"
        guard let asked = update[name]?.array?.compactMap(\.string) else { return modalities }
        let allowed: [Set<String>] = dialect == .ga ? [["audio"], ["text"]] : [["text"], ["text", "audio"]]
        guard allowed.contains(Set(asked)), Set(asked).count == asked.count else {
            throw APIError(
                code: "invalid_value",
                message: "Invalid modalities: \(asked). Supported combinations are: "
                    + (dialect == .ga ? "['audio'] and ['text']." : "['text'] and ['audio', 'text']."),
                param: "session.\(name)")
        }
        return asked
    }
}
