/// What a session is judged by besides its persona, as it was when the session was created.
public struct RuleSettings: Codable, Hashable, Sendable {
    /// Of `markets.yaml`: `CZ`, `LV`, `EU`, …
    public var market: String
    /// Completed years.
    public var legalAge: Int
    /// Of the IANA database: `Europe/Prague`. Its day is the day of the session.
    public var timeZone: String
    public var dobMatch: DateMatch
    /// Names of objects that are products, besides those of the content file.
    public var handoverObjects: [String]
    /// SHA-256 of the content files that hold the rules, lower-case hex. Nil in records of earlier versions.
    public var rulebook: String?

    /// What a date of birth has to be that makes the customer an adult and is not the persona's.
    public enum DateMatch: String, Codable, Sendable, CaseIterable {
        /// A client may show a card of its own.
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
