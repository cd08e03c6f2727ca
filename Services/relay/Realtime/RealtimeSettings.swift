import Domain

/// What `session.update` asks for: who the customer is, and how speech is heard and spoken.
struct RealtimeSettings: Hashable, Sendable {
    /// Voices of both dialects; `marin` and `cedar` are known to GA alone (openai-realtime.md 3.1).
    static let voices: Set<String> = [
        "alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar",
    ]

    var instructions: String
    /// Nil once the server has refused it: a voice cannot change after the first audio.
    var voice: String?
    /// ISO 639-1.
    var language: String
    var transcriptionModel: String
    /// Sent only when set: models that do not reason refuse it.
    var reasoningEffort: String?
    /// Whether the server hears by itself when the trainee begins and ends; else turns end where we say so.
    var detectsTurns = true

    /// What a session falls back to when its account may not use the configured transcription model.
    static let fallbackTranscriptionModel = "gpt-4o-mini-transcribe"
}
