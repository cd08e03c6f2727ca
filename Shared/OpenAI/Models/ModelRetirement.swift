public import Foundation
public import HTTPClient
public import Logging
public import ServiceLifecycle

/// Warns once, when a process starts, if its model will be shut down soon.
///
/// A class, because ServiceLifecycle logs the contents of a struct, and this one contains the API key.
public final class ModelRetirement: Service {
    /// Number of days before the shutdown from which on the warning is logged.
    static let notice = 90

    private let list: ModelList
    private let model: String
    private let logger: Logger
    private let now: @Sendable () -> Date

    public init(
        _ configuration: OpenAIConfiguration, client: HTTPClient = .shared, logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        list = ModelList(configuration, client: client)
        model = configuration.model
        self.logger = logger
        self.now = now
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown { await self.warn() }
        try? await gracefulShutdown()
    }

    func warn() async {
        do {
            guard let date = try await list.shutdownDate(), let days = Self.daysLeft(until: date, from: now()) else {
                return
            }
            logger.warning(
                "the model is shut down soon; set another one",
                metadata: [
                    "model": "\(model)", "shutdownDate": "\(date.ISO8601Format().prefix(10))", "days": "\(days)",
                ])
        } catch let error as HTTPClientError where [.tls, .proxy].contains(error.code) {
            // No attempt succeeds until a setting is changed.
            logger.warning("the model API cannot be reached", metadata: ["error": "\(error)"])
        } catch {
            logger.debug("the list of models cannot be read", metadata: ["error": "\(error)"])
        }
    }

    /// Nil if the date is more than `notice` days away.
    static func daysLeft(until date: Date, from now: Date) -> Int? {
        let days = (date.timeIntervalSince(now) / 86_400).rounded(.down)
        return days <= Double(notice) ? Int(exactly: max(days, 0)) : nil
    }
}
