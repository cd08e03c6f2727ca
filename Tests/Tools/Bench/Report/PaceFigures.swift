import Foundation

/// Result of a measurement at the pace of speech.
struct PaceFigures {
    let result: LoadResult

    init(_ result: LoadResult) { self.result = result }

    var line: String {
        let busy = result.used.values.reduce(0) { $0 + $1.busy }
        let memory = result.memory.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value / 1_024) MB" }
            .joined(separator: ", ")
        return String(
            format: "p50 %.3f p99 %.3f p99.9 %.3f max %.3f ms  lost %d  closed %d  core %.0f %%  %@",
            result.milliseconds(50), result.milliseconds(99), result.milliseconds(99.9), result.milliseconds(100),
            result.lost, result.closed, Double(busy) / 1e7 / max(result.seconds, 0.001), memory)
    }
}
