/// How the simulator behaves, beside the faults.
struct SimulatorOptions: Sendable {
    /// Which dialects the Realtime socket speaks. `both` goes by the `OpenAI-Beta` header; `ga` treats that header as OpenAI
    /// does since May 2026.
    enum Dialects: String, CaseIterable, Sendable {
        case both, ga, beta
    }

    /// The key that requests must carry; nil takes any and none.
    var key: String?
    var dialects = Dialects.both
    var seed: UInt64 = 1
    /// Seconds of speech that leave in a second.
    var pace = 6.0
    /// From the end of the trainee's turn to the first audio.
    var latencyMs = 250
    /// The share of transcripts that come after the answer to them.
    var lateTranscripts = 0.25
    /// Answers after which the customer ends the conversation in any case.
    var turns = 9
    /// The answer to an utterance is its own audio.
    var echoes = false
    /// Tones even where there is a voice.
    var tonesOnly = false
    var sessionSeconds = 3_600
}
