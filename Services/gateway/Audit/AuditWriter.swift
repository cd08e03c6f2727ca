import Domain
import Foundation
import Logging
import Metrics
import ServiceLifecycle
import Storage

/// Stores the looks. What is left at the end of the process is stored before it ends, unless the database is away.
struct AuditWriter: Service {
    let log: AuditLog
    let store: any SessionStore
    let logger: Logger

    func run() async throws {
        await withGracefulShutdownHandler {
            for await entry in log.waiting { await write(entry) }
        } onGracefulShutdown: {
            log.finish()
        }
    }

    private func write(_ entry: AuditEntry) async {
        for attempt in 1...3 {
            do { return try await store.add(entry, oncePer: AuditLog.window) } catch {
                guard attempt < 3, !Task.isShuttingDownGracefully else {
                    logger.error(
                        "an audit entry is lost", metadata: ["action": "\(entry.action)", "error": "\(error)"])
                    Counter(label: AuditLog.lost).increment()
                    return
                }
                try? await Task.sleep(for: .seconds(attempt))
            }
        }
    }
}
