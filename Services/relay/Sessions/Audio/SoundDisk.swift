import Dispatch
import Domain
import Logging
import Synchronization

/// Writes the sound logs of all recorded calls, on one thread, so that a slow disk holds up no call.
final class SoundDisk: Sendable {
    /// Bytes that may wait for the disk, in all sessions together.
    private static let mostWaiting = 64 << 20

    /// `DATA_DIR`.
    let dataDirectory: String
    private let logger: Logger
    private let queue = DispatchQueue(label: "sound")
    private let waiting = Atomic(0)

    init(dataDirectory: String, logger: Logger) {
        self.dataDirectory = dataDirectory
        self.logger = logger
    }

    func file(of id: SessionID) -> SoundFile { SoundFile(of: id, on: self, logger: logger) }

    /// Does work on the disk after all earlier work. Returns at once.
    ///
    /// - Parameter count: bytes that wait until the work is done.
    /// - Returns: false if too much is waiting already; then the work is not done.
    func perform(holding count: Int = 0, _ work: @escaping @Sendable () -> Void) -> Bool {
        guard waiting.add(count, ordering: .relaxed).newValue <= Self.mostWaiting else {
            waiting.subtract(count, ordering: .relaxed)
            return false
        }
        queue.async {
            work()
            self.waiting.subtract(count, ordering: .relaxed)
        }
        return true
    }

    /// Returns once everything that was handed over before is written.
    func drain() async {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume() }
        }
    }
}
