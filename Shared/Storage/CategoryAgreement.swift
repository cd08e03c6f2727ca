/// How far people and machine agree about one category, in the blind sample.
public struct CategoryAgreement: Codable, Hashable, Sendable {
    public var id: String
    /// Number of sessions.
    public var n: Int
    /// A person's score minus the machine's, on average.
    public var meanDifference: Double
    /// The same without the sign.
    public var meanAbsoluteDifference: Double

    /// - Parameter differences: how often each difference occurs.
    package init?(id: String, differences: [Int: Int]) {
        let n = differences.values.reduce(0, +)
        guard n > 0 else { return nil }
        self.id = id
        self.n = n
        meanDifference = Double(differences.reduce(0) { $0 + $1.key * $1.value }) / Double(n)
        meanAbsoluteDifference = Double(differences.reduce(0) { $0 + abs($1.key) * $1.value }) / Double(n)
    }

    /// Maximum number of categories times differences: more than rubrics can have.
    package static let mostGroups = 20_000

    /// - Parameter scores: how often each pair of category and difference occurs.
    package static func all(_ scores: some Sequence<(id: String, difference: Int, count: Int)>) -> [CategoryAgreement] {
        var counts: [String: [Int: Int]] = [:]
        for score in scores { counts[score.id, default: [:]][score.difference, default: 0] += score.count }
        return counts.compactMap { CategoryAgreement(id: $0, differences: $1) }.sorted { $0.id < $1.id }
    }
}
