import Synchronization

/// When no new call begins any more: the time is up, or somebody pressed Ctrl-C.
final class RunEnd: Sendable {
    private let clock: RunClock
    private let seconds: Double
    private let isCalledOff = Atomic(false)

    /// - Parameter seconds: after the beginning of the run.
    init(_ clock: RunClock, after seconds: Double) {
        self.clock = clock
        self.seconds = seconds
    }

    var isReached: Bool { isCalledOff.load(ordering: .relaxed) || clock.now >= seconds }

    func callOff() { isCalledOff.store(true, ordering: .relaxed) }

    /// Sleeps for so long, or until the end when that is earlier.
    func sleep(_ seconds: Double) async {
        let until = clock.now + seconds
        while !isReached, clock.now < until {
            try? await Task.sleep(for: .seconds(min(0.2, until - clock.now)))
        }
    }
}
