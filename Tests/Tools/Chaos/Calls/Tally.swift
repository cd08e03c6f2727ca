import Synchronization

/// Numbers of running and finished calls.
final class Tally: Sendable {
    private let counts = Mutex((running: 0, finished: 0))

    var running: Int { counts.withLock { $0.running } }
    var finished: Int { counts.withLock { $0.finished } }

    func begin() { counts.withLock { $0.running += 1 } }

    func end() {
        counts.withLock { counts in
            counts.running -= 1
            counts.finished += 1
        }
    }
}
