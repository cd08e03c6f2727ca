import Foundation
import Testing

@testable import Storage

@Suite struct WorkQueueTests {
    @Test func `work is taken in the order in which it was added`() throws {
        let queue = WorkQueue<Int>(limit: 10_000)
        for number in 0..<1000 { try queue.add(number) }
        #expect((0..<500).map { _ in queue.next() } == (0..<500).map { $0 })
        try queue.add(1000)
        #expect(queue.takeAll(until: nil) == Array(500...1000))
    }

    @Test func `work that does not fit is refused, but a single item always fits`() throws {
        let queue = WorkQueue<Int>(limit: 10)
        try queue.add(1, cost: 100)
        #expect(throws: WorkQueue<Int>.Refusal.full) { try queue.add(2, cost: 1) }
        #expect(queue.next() == 1)
        try queue.add(3, cost: 6)
        try queue.add(4, cost: 4)
        #expect(throws: WorkQueue<Int>.Refusal.full) { try queue.add(5, cost: 1) }
    }

    @Test func `a closed queue refuses new work, hands out the rest, and then ends`() throws {
        let queue = WorkQueue<Int>(limit: 10)
        try queue.add(1)
        queue.close()
        #expect(throws: WorkQueue<Int>.Refusal.closed) { try queue.add(2) }
        #expect(queue.next() == 1)
        #expect(queue.next() == nil)
        #expect(queue.takeAll(until: nil) == nil)
    }

    @Test func `at the deadline nothing is returned`() {
        let queue = WorkQueue<Int>(limit: 10)
        #expect(queue.takeAll(until: .now - .seconds(1)) == [])
        let start = ContinuousClock.now
        #expect(queue.takeAll(until: .now + .milliseconds(50)) == [])
        #expect(.now - start >= .milliseconds(50))
    }

    @Test func `several threads take each item once`() async throws {
        let queue = WorkQueue<Int>(limit: 100_000)
        let taken = try await withThrowingTaskGroup(of: [Int].self) { group in
            for _ in 0..<3 {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        Thread {
                            var taken: [Int] = []
                            while let number = queue.next() { taken.append(number) }
                            continuation.resume(returning: taken)
                        }.start()
                    }
                }
            }
            for number in 0..<5000 { try queue.add(number) }
            queue.close()
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(taken.sorted() == Array(0..<5000))
    }
}
