import Foundation
import Logging
import ServiceLifecycle

/// Looks for work that no message announced: jobs whose message was lost, whose process died, or that are due for a
/// retry.
struct Sweep: Service {
    /// Maximum number of jobs, and of exports, in one sweep.
    private static let mostAtOnce = 100

    let filing: FilingJob
    /// Nil if no export is configured.
    let outbox: ExportOutbox?
    let interval: Duration
    let logger: Logger

    func run() async throws {
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            await sweep()
            do {
                try await cancelWhenGracefulShutdown { try await Task.sleep(for: interval) }
            } catch { return }
        }
    }

    /// Does the work that is due. An unavailable database does not end the service: the next sweep tries again.
    func sweep() async {
        // Side by side, since a BatMan that hangs must not hold up the files.
        async let exports: Void = repeatWhileDue { try await outbox?.retryDue() ?? false }
        await repeatWhileDue { try await filing.run() != .nothingDue }
        await exports
    }

    private func repeatWhileDue(_ work: () async throws -> Bool) async {
        do {
            for _ in 0..<Self.mostAtOnce where !Task.isShuttingDownGracefully {
                if try await !work() { break }
            }
        } catch {
            logger.warning("sweep ended early", metadata: ["error": "\(error)"])
        }
    }
}
