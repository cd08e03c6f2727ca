import Foundation
import Synchronization

/// A few threads for blocking work: drawing, compressing, waiting for a disk. The cooperative pool stays free to answer
/// requests.
final class RenderingPool: Sendable {
    /// The queue is full: further work would finish only after its client has stopped waiting.
    struct Full: Error {}

    private let queue: OperationQueue
    private let limit: Int
    private let unfinished = Mutex(0)

    /// - Parameters:
    ///   - threads: how many pieces of work run at once.
    ///   - limit: how many run or wait; one more is refused.
    init(threads: Int, limit: Int) {
        self.limit = limit
        queue = OperationQueue()
        queue.name = "rendering"
        queue.maxConcurrentOperationCount = threads
    }

    /// - Throws: `Full`, and whatever the work throws.
    func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        let hasRoom = unfinished.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
        guard hasRoom else { throw Full() }
        defer { unfinished.withLock { $0 -= 1 } }
        return try await withCheckedThrowingContinuation { continuation in
            queue.addOperation {
                continuation.resume(with: Swift.Result { try work() })
            }
        }
    }
}
