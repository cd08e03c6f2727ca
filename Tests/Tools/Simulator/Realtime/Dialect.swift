/// The two naming schemes of the Realtime API.
enum Dialect: String, Sendable {
    case ga, beta

    var itemCreated: [String] {
        switch self {
        case .ga: ["conversation.item.added", "conversation.item.done"]
        case .beta: ["conversation.item.created"]
        }
    }

    /// `response.output_audio.delta` and related events.
    func output(_ event: String) -> String {
        self == .ga ? "response.output_\(event)" : "response.\(event)"
    }

    var audioContent: String { self == .ga ? "output_audio" : "audio" }
    var textContent: String { self == .ga ? "output_text" : "text" }

    var voices: [String] {
        let shared = ["alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse"]
        return self == .ga ? shared + ["marin", "cedar"] : shared
    }
}
