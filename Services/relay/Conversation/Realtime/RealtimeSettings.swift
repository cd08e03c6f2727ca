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
    /// Nil when no model is left: what the trainee says is not written down.
    package var transcriptionModel: String?
    /// Sent only when set: models that do not reason refuse it.
    package var reasoningEffort: String?
    /// Whether the server detects the trainee's turns; otherwise a turn ends where we commit the audio.
    package var detectsTurns = true
    /// Names that the transcription should know.
    package var keywords: [String] = []
    /// The keys that the server may be sent.
    package var optionalKeys = Set(OptionalKey.allCases)
    /// Whether the server answers with `session.updated`; otherwise it is ready once it has been sent the settings.
    package var isConfirmed = true

    /// What a session falls back to when its account may not use the configured transcription model.
    package static let fallbackTranscriptionModel = "gpt-realtime-whisper"

    package init(
        instructions: String, voice: String?, language: String, transcriptionModel: String?, reasoningEffort: String?
    ) {
        self.instructions = instructions
        self.voice = voice
        self.language = language
        self.transcriptionModel = transcriptionModel
        self.reasoningEffort = reasoningEffort
    }

    /// Goes on with the next transcription model: the fallback, and after that none.
    mutating func useNextTranscriptionModel() {
        transcriptionModel =
            transcriptionModel == nil || transcriptionModel == Self.fallbackTranscriptionModel
            ? nil : Self.fallbackTranscriptionModel
    }

    /// The same without what the server has refused before.
    package func without(_ refused: Set<RefusedSetting>) -> RealtimeSettings {
        var settings = self
        settings.optionalKeys = optionalKeys.filter { !refused.contains(.key($0)) }
        while let model = settings.transcriptionModel, refused.contains(.transcription(model: model)) {
            settings.useNextTranscriptionModel()
        }
        return settings
    }
}
