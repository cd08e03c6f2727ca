/// How a persona feels in a band of its attitude, told to the voice model in place of a number.
public struct Mood: Codable, Hashable, Sendable {
    /// Highest attitude of the band, 0…10. The band begins above the one before.
    public var upTo: Int
    /// One or two sentences in the second person and the present tense.
    public var says: String

    public init(upTo: Int, says: String) {
        self.upTo = upTo
        self.says = says
    }
}

extension Persona {
    /// The sentence for an attitude; nil for a persona without moods.
    public func mood(at attitude: Int) -> String? {
        guard let moods else { return nil }
        return (moods.first { attitude <= $0.upTo } ?? moods.last)?.says
    }
}
