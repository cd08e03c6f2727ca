import Domain
import HTTPTypes
import Synchronization

/// Bounds how many streams are open, in all and for each caller.
final class LiveSeats: Sendable {
    private let most: Int
    private let mostPerCaller: Int
    private let taken = Mutex<[String: Int]>([:])

    init(most: Int = 64, mostPerCaller: Int = 16) {
        self.most = most
        self.mostPerCaller = mostPerCaller
    }

    /// Is held for as long as a stream is open.
    final class Seat: Sendable {
        private let seats: LiveSeats
        private let caller: String

        fileprivate init(_ seats: LiveSeats, _ caller: String) {
            self.seats = seats
            self.caller = caller
        }

        deinit { seats.leave(caller) }
    }

    var count: Int { taken.withLock { $0.values.reduce(0, +) } }

    /// - Throws: 429 with `Retry-After`.
    func take(_ caller: String) throws(Problem) -> Seat {
        let isFree = taken.withLock { taken in
            guard taken.values.reduce(0, +) < most, taken[caller, default: 0] < mostPerCaller else { return false }
            taken[caller, default: 0] += 1
            return true
        }
        guard isFree else {
            throw Problem(
                .tooManyRequests, "too_many_streams",
                "At most \(mostPerCaller) streams of a caller may be open, and \(most) in all.", retryAfter: 10)
        }
        return Seat(self, caller)
    }

    private func leave(_ caller: String) {
        taken.withLock { taken in
            let left = taken[caller, default: 1] - 1
            taken[caller] = left > 0 ? left : nil
        }
    }
}
