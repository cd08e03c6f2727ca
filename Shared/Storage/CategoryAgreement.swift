/// How far people and machine agree about one category, in the blind sample. Where a cap held the machine's score down,
/// the two say different things: such sessions are counted, and not compared.
public struct CategoryAgreement: Codable, Hashable, Sendable {
    public var id: String
    /// Number of sessions that are compared.
    public var n: Int
    /// Number of sessions that are left out, because a cap held the machine's score down.
    public var capped: Int
    /// A person's score minus the machine's, on average. Nil if no session is compared.
    public var meanDifference: Double?
    /// The same without the sign.
    public var meanAbsoluteDifference: Double?

    /// One pair of a person's and the machine's score, and how often it occurs.
    package struct Pair {
        package var id: String
        package var difference: Int
        package var isCapped: Bool
        package var count: Int

        package init(id: String, difference: Int, isCapped: Bool, count: Int) {
            self.id = id
            self.difference = difference
            self.isCapped = isCapped
            self.count = count
        }
    }

    private init(id: String, pairs: [Pair]) {
        let compared = pairs.filter { !$0.isCapped }
        let n = compared.reduce(0) { $0 + $1.count }
        self.id = id
        self.n = n
        capped = pairs.reduce(0) { $0 + $1.count } - n
        guard n > 0 else { return }
        meanDifference = Double(compared.reduce(0) { $0 + $1.difference * $1.count }) / Double(n)
        meanAbsoluteDifference = Double(compared.reduce(0) { $0 + abs($1.difference) * $1.count }) / Double(n)
    }

    /// Maximum number of categories times differences: more than rubrics can have.
    package static let mostGroups = 20_000

    /// In the order of their ids.
    package static func all(_ pairs: [Pair]) -> [CategoryAgreement] {
        Dictionary(grouping: pairs, by: \.id).map { CategoryAgreement(id: $0, pairs: $1) }.sorted { $0.id < $1.id }
    }
}
