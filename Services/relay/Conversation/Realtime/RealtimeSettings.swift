import Domain

/// What `session.update` asks for: who the customer is, and how audio is detected, transcribed and spoken.
package struct RealtimeSettings: Hashable, Sendable {
    /// Voices of both dialects.
    package static let voices = Set(Voice.allCases.map(\.rawValue))

    package var instructions: String
    /// Nil once the server has refused it: a voice cannot change after the first audio.
    package var voice: String?
    /// ISO 639-1.
    package var language: String
    package var transcriptionModel: String
    /// Sent only when set: models that do not reason refuse it.
    package var reasoningEffort: String?
    /// Whether the server detects the trainee's turns; otherwise a turn ends where we commit the audio.
    package var detectsTurns = true

    /// What a session falls back to when its account may not use the configured transcription model.
    package static let fallbackTranscriptionModel = "gpt-4o-mini-transcribe"

    package init(
        instructions: String, voice: String?, language: String, transcriptionModel: String, reasoningEffort: String?
    ) {
        self.instructions = instructions
        self.voice = voice
        self.language = language
        self.transcriptionModel = transcriptionModel
        self.reasoningEffort = reasoningEffort
    }
}
