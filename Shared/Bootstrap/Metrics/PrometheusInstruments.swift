import Metrics
import Synchronization

/// Something with a value that Prometheus can read.
protocol PrometheusInstrument: AnyObject, Sendable {
    static var kind: String { get }
    /// Suffix of the name, extra label or "", value.
    var samples: [(suffix: String, label: String, value: Double)] { get }
}

final class PrometheusCounter: PrometheusInstrument, CounterHandler, FloatingPointCounterHandler {
    static let kind = "counter"
    private let value = Mutex(0.0)

    func increment(by amount: Int64) { increment(by: Double(amount)) }
    func increment(by amount: Double) {
        guard amount > 0 else { return }
        value.withLock { $0 += amount }
    }
    func reset() { value.withLock { $0 = 0 } }

    var samples: [(suffix: String, label: String, value: Double)] { [("", "", value.withLock { $0 })] }
}

final class PrometheusGauge: PrometheusInstrument, MeterHandler, RecorderHandler {
    static let kind = "gauge"
    private let value = Mutex(0.0)

    func set(_ new: Int64) { set(Double(new)) }
    func set(_ new: Double) { value.withLock { $0 = new } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }
    func record(_ new: Int64) { set(Double(new)) }
    func record(_ new: Double) { set(new) }

    var samples: [(suffix: String, label: String, value: Double)] { [("", "", value.withLock { $0 })] }
}

final class PrometheusHistogram: PrometheusInstrument, RecorderHandler, TimerHandler {
    static let kind = "histogram"
    private let bounds: [Double]
    private let state: Mutex<(counts: [Int], sum: Double, total: Int)>

    init(bounds: [Double]) {
        self.bounds = bounds
        self.state = Mutex((Array(repeating: 0, count: bounds.count), 0, 0))
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) {
        guard value.isFinite else { return }
        let bucket = bounds.firstIndex { value <= $0 }
        state.withLock {
            if let bucket { $0.counts[bucket] += 1 }
            $0.sum += value
            $0.total += 1
        }
    }

    var samples: [(suffix: String, label: String, value: Double)] {
        let (counts, sum, total) = state.withLock { $0 }
        var running = 0
        var result: [(suffix: String, label: String, value: Double)] = zip(bounds, counts).map { bound, count in
            running += count
            return ("_bucket", "le=\"\(PrometheusText.number(bound))\"", Double(running))
        }
        result.append(("_bucket", "le=\"+Inf\"", Double(total)))
        result.append(("_sum", "", sum))
        result.append(("_count", "", Double(total)))
        return result
    }
}
