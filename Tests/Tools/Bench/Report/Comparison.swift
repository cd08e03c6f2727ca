import Foundation

/// The rounds of a flood side by side: medians, and the ratio of the first contestant to each of the others, round by
/// round.
struct Comparison {
    let contestants: [Contestant]
    let results: [Contestant: [LoadResult]]

    var text: String {
        let costs = results.mapValues { $0.map { RoundTripCost($0) } }
        var lines = [
            "contestant   CPU per round trip, µs: median (min-max)   round trips/s   p99, ms   ratio (min-max)"
        ]
        let first = contestants.first.flatMap { costs[$0] } ?? []
        for contestant in contestants {
            guard let own = costs[contestant], !own.isEmpty else { continue }
            let ratios = zip(first, own).map { $0.total / max($1.total, 0.001) }
            lines.append(
                String(
                    format: "%@ %8.2f (%.2f-%.2f) %22.0f %16.2f      %.2f (%.2f-%.2f)", contestant.rawValue.padded(12),
                    own.map(\.total).median, own.map(\.total).min() ?? 0, own.map(\.total).max() ?? 0,
                    own.map(\.perSecond).median, own.map { $0.result.milliseconds(99) }.median, ratios.median,
                    ratios.min() ?? 0, ratios.max() ?? 0))
        }
        return lines.joined(separator: "\n")
    }
}

extension [Double] {
    /// The middle element; for an even count, the mean of the two middle elements.
    var median: Double {
        let ordered = sorted()
        guard !ordered.isEmpty else { return 0 }
        let middle = ordered.count / 2
        return ordered.count.isMultiple(of: 2) ? (ordered[middle - 1] + ordered[middle]) / 2 : ordered[middle]
    }
}
