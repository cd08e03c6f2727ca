/// The simulator's behaviour, apart from faults.
struct SimulatorOptions: Sendable {
    /// Which dialects the Realtime socket accepts. `both` chooses by the `OpenAI-Beta` header; `ga` treats that header
    /// as OpenAI has done since May 2026.
    enum Dialects: String, CaseIterable, Sendable {
        case both, ga, beta
    }

    /// The key that requests must carry; nil accepts any key or none.
    var key: String?
    var dialects = Dialects.both
    var seed: UInt64 = 1
    /// Seconds of speech that are sent per second.
    var pace = 6.0
    /// From the end of the trainee's turn to the first audio.
    var latencyMs = 250
    /// The fraction of transcripts that arrive after the answer to them.
    var lateTranscripts = 0.25
    /// Number of answers after which the customer ends the conversation in any case.
    var turns = 9
    /// Numbers of the answers in which the customer speaks as an assistant.
    var outOfRole: Set<Int> = []
    /// Number of the answer in which the customer buys, whatever the mood.
    var convertsIn: Int?
    /// Answers every utterance with its own audio.
    var echoes = false
    /// Uses tones even if a voice is installed.
    var tonesOnly = false
    var sessionSeconds = 3_600
    /// The speech recogniser's program and arguments; empty without one.
    var recogniser: [String] = []
    /// Invents a line for speech that carries no tag.
    var inventsSpeech = false
}
