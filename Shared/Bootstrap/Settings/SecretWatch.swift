public import Domain
import Logging
public import ServiceLifecycle

/// Reads a secret again while the process runs, so that a key in a file (`<NAME>_FILE`) can be changed without a
/// restart. A secret that comes from the environment never changes.
public struct SecretWatch: Service {
    /// Between two readings.
    private static let interval = Duration.seconds(10)

    private let name: String
    private let config: Settings
    private let logger: Logger
    private let take: @Sendable (Settings) throws -> Bool

    /// - Parameters:
    ///   - name: of the setting, for the log.
    ///   - take: reads the secret and takes it over; says whether it was another one than before. What it throws is
    ///     logged, and the secret stays as it is.
    public init(
        _ name: String, in context: ServiceContext,
        take: @escaping @Sendable (Settings) throws -> Bool
    ) {
        self.name = name
        self.config = context.config
        self.logger = context.logger
        self.take = take
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            var problem: String?
            while (try? await Task.sleep(for: Self.interval)) != nil { problem = look(after: problem) }
        }
    }

    /// Reads the secret once.
    ///
    /// - Parameter earlier: what was wrong the last time, which is not logged again.
    /// - Returns: why it cannot be taken over; nil if it can.
    func look(after earlier: String? = nil) -> String? {
        do {
            if try take(config) { logger.notice("another secret", metadata: ["setting": "\(name)"]) }
            return nil
        } catch {
            let problem = "\(error)"
            if problem != earlier { logger.warning("the secret stays as it was", metadata: ["error": "\(problem)"]) }
            return problem
        }
    }
}

extension SecretWatch {
    /// Watches the key of the model API.
    public static func openAIKey(_ key: Secret, in context: ServiceContext) -> SecretWatch {
        SecretWatch(SharedSettings.openAIKey.name, in: context) { settings in
            // A process that has begun without a key needs none.
            guard !key.text.isEmpty else { return false }
            return key.replace(with: try settings.value(of: SharedSettings.openAIKey))
        }
    }
}
