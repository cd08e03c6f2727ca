/// A claim of the trainee that the customer has noticed and does not believe.
public struct HeardClaim: Codable, Hashable, Sendable {
    /// Maximum length of its text, in characters.
    public static let longest = 300

    /// The entry of the rules: `harmless`, `veo-has-tobacco`.
    public var entry: String
    /// The finding that states the claim.
    public var findingId: String
    /// What the customer is told that was said: from the content files, never the trainee's words.
    public var text: String

    public init(entry: String, findingId: String, text: String) {
        self.entry = entry
        self.findingId = findingId
        self.text = text
    }

    /// With texts no longer than a claim can need.
    public var bounded: HeardClaim {
        HeardClaim(
            entry: entry.beginning(bytes: 64), findingId: findingId.beginning(bytes: 256),
            text: String(CleanText.cleaned(text.beginning(bytes: 4 * Self.longest)).prefix(Self.longest)))
    }
}

extension SessionEvent {
    private static let heard = "heard"

    /// The record of a claim that the customer is told he heard.
    public static func heard(_ claim: HeardClaim, at time: Double) -> SessionEvent {
        SessionEvent(
            time: time, type: .supervisor,
            data: [
                Self.heard: .string(claim.entry), "findingId": .string(claim.findingId), "text": .string(claim.text),
            ])
    }

    /// The claim whose record this is; nil for other events.
    public var heardClaim: HeardClaim? {
        guard type == .supervisor, let entry = data[Self.heard]?.string, let findingId = data["findingId"]?.string,
            let text = data["text"]?.string
        else { return nil }
        return HeardClaim(entry: entry, findingId: findingId, text: text)
    }
}
