import Domain
import Foundation

/// The legal rules of one market, from `markets.yaml`.
public struct Market: Codable, Hashable, Sendable {
    public let id: String
    public let name: String
    /// Completed years.
    public let legalAge: Int
    /// Years: a customer who looks younger is asked for a document.
    public let lookUnder: Int
    /// A name from the IANA database.
    public let timeZone: String
    public let proofs: [String]
    /// Whether the customer must be asked before the pitch if he already uses nicotine.
    public let existingUser: Bool
    /// Ids of rules that are a blocker here, whatever their severity elsewhere.
    public let stricter: [String]
    /// The source of this entry, and who confirms it.
    public let knowledge: String
}

struct MarketsFile: ContentFile {
    static let name = "markets.yaml"
    /// Years. No law requires less, and none that we know of requires more.
    private static let ages = 18...30

    let version: Int
    let effectiveFrom: String
    let markets: [Market]

    /// - Parameter rules: ids of all rules.
    func checked(rules: Set<String>) throws -> [Market] {
        guard CalendarDay(effectiveFrom) != nil else { throw Self.refuse("effectiveFrom", "is no date, YYYY-MM-DD") }
        for (index, market) in try Self.unique(markets, "markets", id: \.id) {
            let field = "markets[\(index)]"
            guard Self.ages.contains(market.legalAge) else {
                throw Self.refuse(
                    "\(field).legalAge", "is not between \(Self.ages.lowerBound) and \(Self.ages.upperBound)")
            }
            guard market.lookUnder >= market.legalAge else {
                throw Self.refuse("\(field).lookUnder", "is below legalAge")
            }
            guard TimeZone(identifier: market.timeZone) != nil else {
                throw Self.refuse("\(field).timeZone", "is no time zone: \(market.timeZone)")
            }
            if let stranger = market.stricter.first(where: { !rules.contains($0) }) {
                throw Self.refuse("\(field).stricter", "names a rule that is not there: \(stranger)")
            }
        }
        guard markets.contains(where: { $0.id == Market.fallback }) else {
            throw Self.refuse("markets", "has no \(Market.fallback)")
        }
        return markets
    }
}

extension Market {
    /// Applies when a session names no market.
    public static let fallback = "EU"
}
