import Compliance
import Logging
import ServiceLifecycle

/// Finds phrases of the content with an alternative that can never match, and reports them in the log. It takes as long as
/// reading the content, so it waits until the start and the calls that follow it are over. Scoring goes on: verdicts lack
/// only what that alternative was meant to find. `deploy/rules` finds the same before a start.
struct AlternativesCheck: Service {
    let rulebook: Rulebook
    let logger: Logger
    /// From the start of the process.
    var delay = Duration.seconds(600)

    func run() async throws {
        try? await cancelWhenGracefulShutdown { try await Task.sleep(for: delay) }
        if !Task.isShuttingDownGracefully, !Task.isCancelled, let fault = self.fault() {
            logger.error("a phrase of the content can never match", metadata: ["error": "\(fault)"])
        }
        try? await gracefulShutdown()
    }

    /// The first such phrase, with its file and field.
    func fault() -> (any Error)? {
        do {
            _ = try ComplianceCatalog(rulebook)
            return nil
        } catch { return error }
    }
}
