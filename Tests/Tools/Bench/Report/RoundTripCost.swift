import Foundation

/// Cost of one round trip, from one measurement.
struct RoundTripCost {
    /// Processor time in microseconds, by process.
    var busy: [String: Double]
    /// Voluntary and involuntary context switches per round trip.
    var switches: Double
    var perSecond: Double
    var result: LoadResult

    init(_ result: LoadResult) {
        let trips = Double(max(1, result.roundTrips))
        busy = result.used.mapValues { Double($0.busy) / trips / 1_000 }
        switches = Double(result.used.values.reduce(0) { $0 + $1.voluntarySwitches + $1.involuntarySwitches }) / trips
        perSecond = trips / result.seconds
        self.result = result
    }

    var total: Double { busy.values.reduce(0, +) }

    var line: String {
        let parts = busy.sorted { $0.key < $1.key }.filter { $0.value > 0.05 }
            .map { String(format: "%@ %.2f", $0.key, $0.value) }.joined(separator: ", ")
        let faults = [(result.lost, "lost"), (result.disordered, "out of order"), (result.closed, "closed")]
            .filter { $0.0 > 0 }.map { "  \($0.0) \($0.1)" }.joined()
        return String(
            format: "%6.2f µs (%@)  %.0f/s  p50 %.2f p99 %.2f ms  %.3f switches%@", total, parts, perSecond,
            result.milliseconds(50), result.milliseconds(99), switches, faults)
    }
}

extension LoadResult {
    /// Latency at a percentile, in milliseconds.
    func milliseconds(_ percentile: Double) -> Double {
        Double(latency["\(percentile)"] ?? 0) / 1e6
    }
}

extension String {
    func padded(_ width: Int) -> String { padding(toLength: max(width, count), withPad: " ", startingAt: 0) }
}
