import Domain
import Logging
import ServiceLifecycle

/// Looks for jobs that are due, so that a lost message, a killed process or an outage changes nothing but the time.
struct ScoringSweep: Service {
    static let interval = Duration.seconds(5)
    /// Jobs that one sweep works on at once; messages come on top.
    static let concurrency = 4

    let desk: ScoringDesk
    let logger: Logger
    var clock: any Clock<Duration> = ContinuousClock()

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await sweep()
                try? await clock.sleep(for: Self.interval)
            }
        }
    }

    /// Works until nothing is due any more.
    func sweep() async {
        await withDiscardingTaskGroup { group in
            for _ in 0..<Self.concurrency {
                group.addTask {
                    do {
                        while !Task.isCancelled, try await desk.work(on: nil) != nil {}
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
