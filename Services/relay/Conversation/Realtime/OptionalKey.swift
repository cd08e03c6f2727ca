/// A part of `session.update` that a call can do without. A server that does not know it refuses the whole event, so it
/// is left out from then on. The raw values are what an operator writes.
package enum OptionalKey: String, CaseIterable, Hashable, Sendable {
    case truncation
    case noiseReduction = "noise_reduction"
    /// Asks for the probabilities of the words that are written down.
    case include
    /// Names of products, for the transcription.
    case keywords
    /// The language, for the transcription.
    case language
    case reasoning
    /// Only in the beta's shape.
    case temperature
    case toolChoice = "tool_choice"
    case maxOutputTokens = "max_output_tokens"
    /// Threshold and pauses of the turn detection.
    case turnTuning = "turn_tuning"
    /// That a detected turn is answered and interrupts; servers do both without being told.
    case turnResponses = "turn_responses"

    /// By the names of the keys in either dialect.
    private static let byName: [Substring: OptionalKey] = [
        "truncation": .truncation, "noise_reduction": .noiseReduction, "input_audio_noise_reduction": .noiseReduction,
        "include": .include, "keywords": .keywords, "language": .language, "reasoning": .reasoning,
        "temperature": .temperature, "tool_choice": .toolChoice, "max_output_tokens": .maxOutputTokens,
        "max_response_output_tokens": .maxOutputTokens, "threshold": .turnTuning, "prefix_padding_ms": .turnTuning,
        "silence_duration_ms": .turnTuning, "create_response": .turnResponses, "interrupt_response": .turnResponses,
    ]

    /// The key that an error of `session.update` names, in `param` or, without one, in quotes in its message; nil if it
    /// names none of them.
    init?(refusedBy error: RealtimeError) {
        let named = error.param.map { [Substring($0.prefix(200))] } ?? Self.quoted(in: error.message ?? "")
        for path in named {
            let names = path.split { !($0.isLetter || $0.isNumber || $0 == "_") }
            if let key = names.lazy.compactMap({ Self.byName[$0] }).first {
                self = key
                return
            }
        }
        return nil
    }

    /// What stands between quotes.
    private static func quoted(in message: String) -> [Substring] {
        let parts = message.prefix(500).split(omittingEmptySubsequences: false) { "'\"`".contains($0) }
        return parts.indices.filter { !$0.isMultiple(of: 2) }.map { parts[$0] }
    }
}

/// What a server has refused. It will refuse it in every session.
package enum RefusedSetting: Hashable, Sendable {
    case key(OptionalKey)
    case transcription(model: String)
}
