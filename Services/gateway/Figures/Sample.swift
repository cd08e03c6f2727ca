/// Scores of calls that count, in the order in which they were held.
struct Sample: Sendable {
    var values: [Double]

    init(_ values: some Sequence<Int>) {
        self.values = values.map(Double.init)
    }

    /// Below this number of calls a figure is shown in grey and decides nothing.
    static let fewest = 5
    /// The variance of a number that is rounded to a whole one: less spread cannot be seen in it.
    private static let leastVariance = 1.0 / 12

    var count: Int { values.count }

    /// Nil without values.
    var mean: Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(count) }

    /// Of the population, estimated from the sample; nil below two values.
    var variance: Double? {
        guard let mean, count >= 2 else { return nil }
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return max(Self.leastVariance, squares / Double(count - 1))
    }
}
