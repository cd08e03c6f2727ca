public import Domain
public import Logging

/// What every process has from its start.
public struct ServiceContext: Sendable {
    public let service: ServiceName
    /// The name of this instance; safe in a file name.
    public let instance: String
    public let config: Settings
    public let logger: Logger
    public let sockets: SocketDirectory
    /// Add one named check for each dependency that this process cannot work without.
    public let readiness: Readiness
    /// Pass this to `describe(in:)` of the service's metrics before creating them: a histogram keeps the buckets that
    /// it began with. The instruments are swift-metrics' own `Counter`, `Timer`, …
    public let metrics: PrometheusRegistry

    public init(
        service: ServiceName, config: Settings, logger: Logger, metrics: PrometheusRegistry = PrometheusRegistry()
    ) throws(SettingError) {
        self.service = service
        self.config = config
        let values = config.values(of: CommonSettings.self)
        self.instance = CommonSettings.instanceName(try values.instance)
        self.sockets = SocketDirectory(root: try values.sockets)
        self.readiness = Readiness(service: service, instance: instance)
        self.metrics = metrics
        var logger = logger
        logger[metadataKey: "process"] = "\(service.rawValue)"
        logger[metadataKey: "instance"] = "\(instance)"
        self.logger = logger
    }

    /// Adds the readiness check "database".
    ///
    /// - Parameter ping: throws if the database does not answer.
    public func checkDatabase(_ ping: @escaping @Sendable () async throws -> Void) {
        readiness.add("database") { [logger] in
            do {
                try await ping()
                return nil
            } catch {
                // The gateway's readiness is public, so the error, which may name the database, goes only to the log.
                logger.warning("not ready", metadata: ["error": "\(error)"])
                return "unavailable"
            }
        }
    }

    /// For `/readyz`: whether all checks pass, and a JSON object that lists each of them.
    public func readyz() async -> (ready: Bool, json: String) {
        let report = await readiness.report()
        return (report.isReady, report.json)
    }

    /// For `/metrics`: Prometheus text.
    public func metricsText() -> String {
        metrics.text()
    }
}
