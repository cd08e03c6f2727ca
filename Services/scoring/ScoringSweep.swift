import Domain
import Logging
import ServiceLifecycle

/// Looks for jobs that are due, so that a lost message, a killed process or an outage only delays the result.
struct ScoringSweep: Service {
    static let interval = Duration.seconds(5)
    /// Maximum number of concurrent jobs of a sweep; those requested by messages come on top.
    static let concurrency = 4

    let desk: ScoringDesk
    let logger: Logger
    var clock: any Clock<Duration> = ContinuousClock()

    func run() async throws {
        while !isStopping {
            await sweep()
            // A job under way ends its own judging, so that it can still be given back.
            await cancelWhenGracefulShutdown { try? await clock.sleep(for: Self.interval) }
        }
    }

    private var isStopping: Bool { Task.isShuttingDownGracefully || Task.isCancelled }

    /// Works until no job is due.
    func sweep() async {
        await withDiscardingTaskGroup { group in
            for _ in 0..<Self.concurrency {
                group.addTask {
                    do {
                        while !isStopping, try await desk.work(on: nil) != nil {}
                    } catch is CancellationError {
                        return
                    } catch {
                        logger.warning("sweep interrupted", metadata: ["error": "\(error)"])
                    }
                }
            }
        }
    }
}
