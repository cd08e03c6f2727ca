import Foundation
import Logging
import ServiceLifecycle
import Storage

/// Looks for work that nobody told us about: jobs whose message was lost, whose process died, or whose time has come.
struct Sweep: Service {
    /// More than this in one go would keep a stop waiting.
    private static let mostAtOnce = 100

    let filing: FilingJob
    /// Nil where no export is configured.
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

    /// Works off what is due. The database being away is no reason to end: the next sweep finds it back, or not.
    func sweep() async {
        do {
            for _ in 0..<Self.mostAtOnce where !Task.isShuttingDownGracefully {
                if try await filing.run() == .nothingDue { break }
            }
            if let outbox {
                for _ in 0..<Self.mostAtOnce where !Task.isShuttingDownGracefully {
                    if try await !outbox.retryDue() { break }
                }
            }
        } catch {
            logger.warning("sweep ended early", metadata: ["error": "\(error)"])
        }
    }
}
