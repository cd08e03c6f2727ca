import Foundation

/// The clock of one run: seconds since it began.
struct RunClock: Sendable {
    let began = Date()
    private let start = ContinuousClock.now

    var now: Double { seconds(.now) }

    func seconds(_ instant: ContinuousClock.Instant) -> Double { (instant - start) / .seconds(1) }
}
