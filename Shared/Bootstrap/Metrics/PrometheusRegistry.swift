import Foundation
public import Metrics
import Synchronization

/// The metrics of a process, as Prometheus reads them (text format 0.0.4). Base units: timers are histograms in
/// seconds.
///
/// Labels are `dimensions`; give them few values, never a session or trainee id.
public final class PrometheusRegistry: MetricsFactory {
    /// Seconds; from a fast socket to a slow model call.
    public static let defaultBuckets = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
    ]

    struct Key: Hashable {
        let label: String
        let labels: [String]

        init(_ label: String, _ dimensions: [(String, String)]) {
            self.label = PrometheusText.name(label)
            self.labels = dimensions.map { "\(PrometheusText.name($0.0))=\"\(PrometheusText.escaped($0.1))\"" }.sorted()
        }
    }

    private struct State {
        var instruments: [Key: any PrometheusInstrument] = [:]
        var help: [String: String] = [:]
        var buckets: [String: [Double]] = [:]
    }

    private let state = Mutex(State())

    public init() {}

    /// Sets the help text of a metric and, for a histogram, the upper bounds of its buckets.
    public func describe(_ label: String, _ help: String, buckets: [Double]? = nil) {
        let name = PrometheusText.name(label)
        state.withLock {
            $0.help[name] = help
            if let buckets { $0.buckets[name] = buckets.sorted() }
        }
    }

    /// The exposition text, including the figures of the process itself.
    public func text() -> String {
        let (instruments, help) = state.withLock { ($0.instruments, $0.help) }
        return PrometheusText.exposition(of: instruments, help: help) + ProcessFigures.text()
    }

    /// The instrument with this name and these labels; a second request returns the same instrument. If they already
    /// belong to another kind, the caller gets an instrument that is not exported, because a wrong metric must not end
    /// the process.
    private func instrument<Instrument: PrometheusInstrument>(
        _ label: String, _ dimensions: [(String, String)], _ make: ([Double]) -> Instrument
    ) -> Instrument {
        let key = Key(label, dimensions)
        return state.withLock { state in
            if let known = state.instruments[key] as? Instrument { return known }
            let new = make(state.buckets[key.label] ?? Self.defaultBuckets)
            if state.instruments[key] == nil { state.instruments[key] = new }
            return new
        }
    }

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        instrument(label, dimensions) { _ in PrometheusCounter() }
    }

    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        instrument(label, dimensions) { _ in PrometheusCounter() }
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        instrument(label, dimensions) { _ in PrometheusGauge() }
    }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        aggregate
            ? instrument(label, dimensions) { PrometheusHistogram(bounds: $0) }
            : instrument(label, dimensions) { _ in PrometheusGauge() }
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        instrument(label, dimensions) { PrometheusHistogram(bounds: $0) }
    }

    // Prometheus expects a series to continue once it was exported, so nothing is removed.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}
}
