import Bootstrap
import Compliance
import Domain
import Foundation

/// The rules that a new session is judged by: those of the market that it names, and the operator's settings.
struct RuleChoice: Sendable {
    var markets: [Market]
    /// For sessions that name none.
    var market = Market.fallback
    /// Minimum legal age in every market; nil keeps the market's own.
    var legalAge: Int?
    /// Overrides the time zone of every market; nil keeps the market's own.
    var timeZone: String?
    var dobMatch = RuleSettings.DateMatch.lenient
    var handoverObjects: [String] = []
    /// Hash of the rulebook.
    var rulebook: String?

    /// - Throws: `SettingError` for an unknown market or time zone, and for a rulebook whose markets cannot be read.
    init(_ config: Settings, rulebook: Rulebook) throws {
        let values = config.values(of: GatewaySettings.self)
        markets = try SharedSettings.personasDirectory.use { try rulebook.markets() }
        self.rulebook = rulebook.hash
        market = try values.market
        guard markets.contains(where: { [market] in $0.id == market }) else {
            throw SettingError("MARKET", "is \(market), but must be one of \(Self.names(of: markets))")
        }
        timeZone = try values.marketTimeZone
        if let timeZone, TimeZone(identifier: timeZone) == nil {
            throw SettingError("MARKET_TIMEZONE", "is not an IANA time zone such as Europe/Prague: \(timeZone)")
        }
        legalAge = try values.legalAge
        dobMatch = try values.dobMatch
        handoverObjects = try values.handoverObjects
    }

    /// - Parameter markets: must include `Market.fallback`.
    init(markets: [Market]) { self.markets = markets }

    /// - Throws: 422 that lists the known markets.
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
