/// Number, median, 95th percentile and maximum of a set of measurements.
struct Figures: Codable, Hashable, Sendable {
    var count: Int
    var median: Double
    var p95: Double
    var max: Double

    /// Nil if there are no measurements.
    init?(_ values: [Double]) {
        let sorted = values.sorted()
        guard let last = sorted.last else { return nil }
        count = sorted.count
        median = sorted[(sorted.count - 1) / 2]
        p95 = sorted[min(sorted.count - 1, Int((Double(sorted.count) * 0.95).rounded(.up)) - 1)]
        max = last
    }
}
