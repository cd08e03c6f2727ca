import Compliance
import Logging
import ServiceLifecycle

/// Finds phrases of the content with an alternative that can never match. It takes as long as reading the content, so it
/// waits until the start and the calls that follow it are over. Such a phrase ends the process, because the files need
/// mending. Verdicts until then lack only what that alternative was meant to find.
struct AlternativesCheck: Service {
    let rulebook: Rulebook
    let logger: Logger
    /// From the start of the process.
    var delay = Duration.seconds(600)

    /// - Throws: `ContentError`, naming file and field.
    func run() async throws {
        try? await cancelWhenGracefulShutdown { try await Task.sleep(for: delay) }
        guard !Task.isShuttingDownGracefully, !Task.isCancelled else { return }
        do {
            _ = try ComplianceCatalog(rulebook)
        } catch {
            logger.critical("the content cannot be used", metadata: ["error": "\(error)"])
            throw error
        }
        try? await gracefulShutdown()
    }
}
