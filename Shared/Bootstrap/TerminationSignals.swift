import Dispatch
import Foundation
import Logging
import Synchronization

/// Handles SIGTERM and SIGINT. The first signal starts the graceful stop. A second signal, or a stop that takes too
/// long, ends the process at once.
///
/// Runs on its own queue, so that it works even if every other thread is stuck.
final class TerminationSignals: Sendable {
    private enum Phase {
        case starting, running, stopping
    }

    /// Yields one element when the first signal arrives.
    let first: AsyncStream<Void>

    private let phase = Mutex(Phase.starting)
    // Dispatch sources are thread-safe, but not marked so.
    nonisolated(unsafe) private let sources: [any DispatchSourceSignal]

    /// - Parameter limit: how long the services may take before they are cancelled.
    init(limit: Duration, readiness: Readiness, logger: Logger) {
        let (first, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        let queue = DispatchQueue(label: "termination-signals")
        self.first = first
        self.sources = [SIGTERM, SIGINT].map { DispatchSource.makeSignalSource(signal: $0, queue: queue) }
        // A service that still runs 3 s after the cancellation is stuck.
        let stuck = DispatchTimeInterval.seconds(Int(min(limit.components.seconds, 86_400)) + 3)
        for source in sources {
            source.setEventHandler { [weak self] in
                guard let self else { return }
                switch phase.withLock({ phase in
                    defer { phase = .stopping }
                    return phase
                }) {
                case .starting:
                    logger.info("stopped before it was started")
                    LogOutput.flush()
                    _exit(EXIT_SUCCESS)
                case .running:
                    logger.info("stopping")
                    readiness.stop()
                    continuation.yield()
                    queue.asyncAfter(deadline: .now() + stuck) {
                        logger.critical("did not stop in time")
                        LogOutput.flush()
                        _exit(EXIT_FAILURE)
                    }
                case .stopping:
                    logger.warning("second signal, ending at once")
                    LogOutput.flush()
                    _exit(EXIT_FAILURE)
                }
            }
            source.activate()
        }
    }

    /// Everything is built: from now on a signal starts a graceful stop.
    func startedRunning() {
        phase.withLock { if $0 == .starting { $0 = .running } }
    }
}
