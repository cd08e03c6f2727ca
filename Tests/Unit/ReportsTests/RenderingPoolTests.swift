import Foundation
import Synchronization
import Testing

@testable import ReportsService

@Suite struct RenderingPoolTests {
    @Test func `no more jobs run at once than there are threads`() async throws {
        let pool = RenderingPool(threads: 2, limit: 50)
        let work = CountedWork()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask { try await pool.run { work.run() } }
            }
            try await group.waitForAll()
        }
        #expect((1...2).contains(work.most))
    }

    /// Counts how many threads run it at once.
    private final class CountedWork: Sendable {
        private let running = Mutex((now: 0, most: 0))

        var most: Int { running.withLock { $0.most } }

        func run() {
            running.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            usleep(2_000)
            running.withLock { $0.now -= 1 }
        }
    }

    @Test func `one job above the limit is refused, and there is space again afterwards`() async throws {
        let pool = RenderingPool(threads: 1, limit: 1)
        let gate = DispatchSemaphore(value: 0)
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        async let first: Void = pool.run {
            start.finish()
            gate.wait()
        }
        for await _ in started {}
        await #expect(throws: RenderingPool.Full.self) { try await pool.run {} }
        gate.signal()
        try await first
        #expect(try await pool.run { 7 } == 7)
    }

    @Test func `an error that a job throws is passed on`() async {
        let pool = RenderingPool(threads: 1, limit: 2)
        await #expect(throws: POSIXError.self) { try await pool.run { throw POSIXError(.EIO) } }
    }
}
