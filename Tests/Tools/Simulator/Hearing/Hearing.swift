import Foundation
import Speech

/// How the simulator understands speech. A spoken tag is always read; this is about speech without one.
enum Hearing: Sendable {
    case deaf
    /// Invents a salesperson's lines, for tests that need a plausible transcript for any sound.
    case inventing
    case recogniser(Recogniser)

    init(_ options: SimulatorOptions, say: @escaping @Sendable (String) -> Void) {
        self =
            options.inventsSpeech
            ? .inventing
            : options.recogniser.isEmpty ? .deaf : .recogniser(Recogniser(command: options.recogniser, say: say))
    }

    /// For `/healthz`: `off`, `invented`, or the state of the recogniser.
    var state: String {
        switch self {
        case .deaf: "off"
        case .inventing: "invented"
        case .recogniser(let recogniser): recogniser.state.rawValue
        }
    }

    /// What the log says about it at the start.
    var summary: String {
        switch self {
        case .deaf: "it cannot hear: it understands typed lines and tagged speech only"
        case .inventing: "it invents what it hears, unless the speech is tagged"
        case .recogniser: "it hears English once its speech recogniser is loaded"
        }
    }

    /// - Parameters:
    ///   - recording: all audio since the turn before; a tag may precede the speech.
    ///   - speech: the turn itself, in PCM16.
    ///   - language: the code that the client gave for the transcription, if it gave one.
    /// - Returns: nil if a line has to be invented.
    func hear(recording: Data, speech: Data, language: String?) async -> Heard? {
        let tags = SpokenTagReader.texts(in: PCM16.samples(recording))
        guard tags.isEmpty else { return .words(tags.joined(separator: " ")) }
        switch self {
        case .deaf: return .deaf
        case .inventing: return nil
        case .recogniser(let recogniser):
            guard Self.isEnglish(language) else { return .deaf }
            return await recogniser.recognise(speech)
        }
    }

    private static func isEnglish(_ language: String?) -> Bool {
        language.map { $0.lowercased().hasPrefix("en") } ?? true
    }
}
