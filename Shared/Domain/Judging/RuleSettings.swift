/// What a session is judged by in addition to its persona, fixed when the session is created.
public struct RuleSettings: Codable, Hashable, Sendable {
    /// A market of `markets.yaml`: `CZ`, `LV`, `EU`, …
    public var market: String
    /// Completed years.
    public var legalAge: Int
    /// IANA time zone: `Europe/Prague`. It decides the day of the session.
    public var timeZone: String
    public var dobMatch: DateMatch
    /// Names of objects that are products, in addition to those of the content file.
    public var handoverObjects: [String]
    /// SHA-256 of the content files that hold the rules, lower-case hex. Nil in records of earlier versions.
    public var rulebook: String?

    /// What happens to a date of birth that makes the customer an adult but is not the persona's.
    public enum DateMatch: String, Codable, Sendable, CaseIterable {
        /// Accepted, because a client may show a card of its own.
        case lenient
        case strict
    }

    public init(
        market: String = "EU", legalAge: Int = 18, timeZone: String = "UTC", dobMatch: DateMatch = .lenient,
        handoverObjects: [String] = [], rulebook: String? = nil
    ) {
        self.market = market
        self.legalAge = legalAge
        self.timeZone = timeZone
        self.dobMatch = dobMatch
        self.handoverObjects = handoverObjects
        self.rulebook = rulebook
    }
}
