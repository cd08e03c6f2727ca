/// What the simulator understood of a spoken turn.
enum Heard: Hashable, Sendable {
    case words(String)
    /// There were no words in the sound.
    case nothing
    /// The simulator cannot hear, or not in this language.
    case deaf

    var text: String? {
        if case .words(let text) = self { text } else { nil }
    }
}
