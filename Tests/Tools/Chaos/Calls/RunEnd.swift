import Dispatch
import Foundation
import Synchronization

/// When no new call begins any more: the time is up, or the operator pressed Ctrl-C.
final class RunEnd: Sendable {
    private let clock: RunClock
    private let seconds: Double
    private let isCalledOff = Atomic(false)

    /// - Parameter seconds: time since the beginning of the run.
    init(_ clock: RunClock, after seconds: Double) {
        self.clock = clock
        self.seconds = seconds
    }

    var isReached: Bool { isCalledOff.load(ordering: .relaxed) || clock.now >= seconds }

    func callOff() { isCalledOff.store(true, ordering: .relaxed) }

    /// Calls the run off at Ctrl-C or SIGTERM, as long as the result is kept.
    func onSignals() -> [any DispatchSourceSignal] {
        [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { self.callOff() }
            source.resume()
            return source
        }
    }

    /// Sleeps for this many seconds, or until the end if that is earlier.
    func sleep(_ seconds: Double) async {
        let until = clock.now + seconds
        while !isReached, clock.now < until {
            try? await Task.sleep(for: .seconds(min(0.2, until - clock.now)))
        }
    }
}
