import Domain

/// Which hints of the supervisor the trainee is shown: at most one in half a minute, and none while they speak. A hint
/// that cannot be shown at once is dropped, since the next one knows more.
struct Hints {
    /// Minimum time from one hint to the next, in milliseconds.
    static let pauseMs = 30_000

    private let isOn: Bool
    private var lastShown: SessionTime?

    /// - Parameter lastShown: when another process showed one.
    init(isOn: Bool, lastShown: SessionTime? = nil) {
        self.isOn = isOn
        self.lastShown = lastShown
    }

    /// - Parameter isListening: whether a client would show it now, to a trainee who does not speak.
    /// - Returns: the text to show now; nil for none.
    mutating func take(_ proposed: String?, isListening: Bool, at now: SessionTime) -> String? {
        guard isOn, isListening, lastShown.map({ now - $0 >= Self.pauseMs }) ?? true, let text = Hint.text(proposed)
        else { return nil }
        lastShown = now
        return text
    }
}
