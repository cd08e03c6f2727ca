import Bootstrap
import Compliance
import Domain
import Foundation

/// By what a new session is judged: the market that it names, and what the operator has set.
struct RuleChoice: Sendable {
    var markets: [Market]
    /// Of sessions that name none.
    var market = Market.fallback
    /// Raises the age of every market; nil leaves it.
    var legalAge: Int?
    /// Instead of every market's own zone.
    var timeZone: String?
    var dobMatch = RuleSettings.DateMatch.lenient
    var handoverObjects: [String] = []
    /// Hash of the rulebook.
    var rulebook: String?

    static let legalAge = SharedSettings.legalAge
    static let market = SharedSettings.market
    static let timeZone = SharedSettings.marketTimeZone
    static let handoverObjects = SharedSettings.handoverObjects
    static let dobMatch = Setting<RuleSettings.DateMatch>.choice(
        "DOB_MATCH", default: .lenient,
        meaning: "whether an adult date of birth may differ from the persona's (lenient) or not (strict)")

    static let settings: [any AnySetting] = [legalAge, market, timeZone, dobMatch, handoverObjects]

    /// - Throws: `SettingError` for a market or a time zone that is not there.
    init(_ config: Settings, rulebook: Rulebook) throws {
        do { markets = try rulebook.markets() } catch { throw SettingError("PERSONAS_DIR", "cannot be used: \(error)") }
        self.rulebook = rulebook.hash
        market = try config.value(of: Self.market)
        guard markets.contains(where: { [market] in $0.id == market }) else {
            throw SettingError("MARKET", "is \(market), but must be one of \(Self.names(of: markets))")
        }
        timeZone = try config.value(of: Self.timeZone)
        if let timeZone, TimeZone(identifier: timeZone) == nil {
            throw SettingError("MARKET_TIMEZONE", "is no IANA time zone, like Europe/Prague: \(timeZone)")
        }
        legalAge = try config.value(of: Self.legalAge)
        dobMatch = try config.value(of: Self.dobMatch)
        handoverObjects = try config.value(of: Self.handoverObjects)
    }

    /// - Parameter markets: at least the fallback.
    init(markets: [Market]) { self.markets = markets }

    /// - Throws: 422 that says what there is.
    func settings(for wanted: String?) throws(Problem) -> RuleSettings {
        let id = wanted ?? market
        guard let market = markets.first(where: { $0.id == id }) else {
            throw .invalid("/market", "must be one of \(Self.names(of: markets))")
        }
        return RuleSettings(
            market: market.id, legalAge: max(market.legalAge, legalAge ?? 0), timeZone: timeZone ?? market.timeZone,
            dobMatch: dobMatch, handoverObjects: handoverObjects, rulebook: rulebook)
    }

    private static func names(of markets: [Market]) -> String { markets.map(\.id).sorted().joined(separator: ", ") }
}
