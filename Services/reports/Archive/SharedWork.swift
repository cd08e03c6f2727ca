import Domain
import Synchronization

/// Runs at most one piece of work per session at a time. Callers that ask during that time share its result.
final class SharedWork<Value: Sendable>: Sendable {
    private let underWay = Mutex<[SessionID: Task<Value, any Error>]>([:])

    /// The task under way for a session, or else a new one that does the work.
    func task(
        for id: SessionID, of work: @escaping @Sendable () async throws -> Value
    ) -> Task<Value, any Error> {
        underWay.withLock { tasks in
            if let task = tasks[id] { return task }
            let task = Task<Value, any Error> {
                defer { self.finish(id) }
                return try await work()
            }
            tasks[id] = task
            return task
        }
    }

    private func finish(_ id: SessionID) {
        underWay.withLock { tasks in tasks[id] = nil }
    }
}
