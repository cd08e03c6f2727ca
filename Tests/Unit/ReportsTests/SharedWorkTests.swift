import Domain
import Testing

@testable import ReportsService

@Suite struct SharedWorkTests {
    @Test func `who asks while work is under way gets its result, and other sessions do not wait`() async throws {
        let shared = SharedWork<Int>()
        let id = try #require(SessionID(number: 1))
        let other = try #require(SessionID(number: 2))
        let (gate, key) = AsyncStream.makeStream(of: Void.self)
        let first = shared.task(for: id) {
            for await _ in gate {}
            return 1
        }
        let second = shared.task(for: id) { 2 }
        #expect(try await shared.task(for: other) { 3 }.value == 3)
        key.finish()
        #expect(try await first.value == 1)
        #expect(try await second.value == 1)
        #expect(try await shared.task(for: id) { 4 }.value == 4, "it is done anew")
    }

    @Test func `who asks after a failure has the work done anew`() async throws {
        struct Refused: Error {}
        let shared = SharedWork<Int>()
        let id = try #require(SessionID(number: 1))
        await #expect(throws: Refused.self) { try await shared.task(for: id) { throw Refused() }.value }
        #expect(try await shared.task(for: id) { 4 }.value == 4)
    }
}
