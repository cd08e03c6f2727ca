import Domain
import Foundation
import Logging
import ServiceLifecycle
import Storage

/// Erases sessions that were created more than `RETENTION_DAYS` ago, in the same way as `DELETE /api/sessions/:id`.
struct SessionRetention: Service {
    /// Sessions per query.
    private static let page = 200
    /// Sessions in one pass; the next one goes on.
    private static let mostAtOnce = 20_000

    /// Nil keeps sessions until somebody erases them.
    let days: Int?
    let store: any SessionStore
    let erasure: ErasureSweep
    let logger: Logger
    var interval = Duration.seconds(3_600)

    func run() async throws {
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            do {
                let erased = try await eraseExpired(at: Date())
                if erased > 0 {
                    logger.notice("sessions erased after their time", metadata: ["sessions": "\(erased)"])
                }
            } catch {
                logger.warning("retention waits", metadata: ["error": "\(error)"])
            }
            do {
                try await cancelWhenGracefulShutdown { try await Task.sleep(for: interval) }
            } catch { return }
        }
    }

    /// - Returns: how many sessions were erased.
    func eraseExpired(at now: Date) async throws -> Int {
        guard let days else { return 0 }
        var filter = SessionFilter(.all)
        filter.status = .ended
        filter.to = now.addingTimeInterval(-TimeInterval(days) * 86_400)
        var count = 0
        while count < Self.mostAtOnce, !Task.isShuttingDownGracefully {
            let ids = try await store.sessions(matching: filter, limit: Self.page, after: nil).items.map(\.sessionId)
            guard !ids.isEmpty else { break }
            // Not in one step with the files: what is left of them is found by the sweep.
            for id in ids { _ = try await store.erase(id, person: nil) }
            _ = try await erasure.delete(ids)
            count += ids.count
        }
        return count
    }
}
