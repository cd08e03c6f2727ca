/// A line of advice that the trainee was shown during a call.
public struct Hint: Codable, Hashable, Sendable {
    /// Maximum length of its text, in characters.
    public static let longest = 160

    /// Seconds since the session began.
    public var time: Double
    public var text: String

    public init(time: Double, text: String) {
        self.time = time
        self.text = text
    }

    /// One line of bounded length, without hidden characters; nil if nothing is left. A model wrote it.
    public static func text(_ proposed: String?) -> String? {
        guard let proposed else { return nil }
        let clean = CleanText.cleaned(proposed.beginning(bytes: 8 * longest))
        guard !clean.isEmpty else { return nil }
        guard clean.count > longest || clean.utf8.count > 4 * longest else { return clean }
        let cut = String(clean.prefix(longest - 1)).beginning(bytes: 4 * longest)
        return cut[..<(cut.lastIndex(of: " ") ?? cut.endIndex)] + "…"
    }
}

extension SessionEvent {
    private static let hint = "hint"

    /// The record of a hint that was shown.
    public static func hint(_ hint: Hint) -> SessionEvent {
        SessionEvent(time: hint.time, type: .supervisor, data: [Self.hint: .string(hint.text)])
    }

    /// The hint whose record this is; nil for other events.
    public var hint: Hint? {
        guard type == .supervisor, let text = data[Self.hint]?.string else { return nil }
        return Hint(time: time, text: text)
    }
}

extension SessionRecord {
    /// The hints that the trainee was shown.
    public var hintsShown: [Hint] { events.compactMap(\.hint) }
}
