import ArgumentParser
public import Domain
import Foundation
public import Logging
import Metrics
public import ServiceLifecycle

/// What all five processes have in common: a name, settings, and a list of services to run.
public protocol ServiceMain {
    associatedtype Table: SettingTable

    static var name: ServiceName { get }

    /// One line for `--help`.
    static var summary: String { get }

    /// The environment variables that this process reads in addition to those of `CommonSettings`. Each is checked
    /// before `services(in:)` is called.
    static var settings: Table { get }

    /// How long the services may take to stop after SIGTERM or SIGINT before they are cancelled. 10 s by default.
    static func maximumGracefulShutdown(_ config: Settings) throws -> Duration

    /// Reads the configuration, builds everything once, and returns the services to run. They start in this order and
    /// stop in reverse order.
    ///
    /// - Throws: `SettingError` for an invalid configuration (exit code 78); any other error means exit code 1.
    static func services(in context: ServiceContext) async throws -> [any Service]

    /// Asks the process of this service that runs with the same settings whether it is alive, over its own sockets. By
    /// default over its Unix socket.
    ///
    /// - Returns: why it is not, as one line; nil if it is.
    static func healthProblem(_ config: Settings) async throws -> String?

    /// Looks at what this service needs besides settings and sockets, for `--doctor`. Starts and changes nothing.
    ///
    /// - Throws: `SettingError` for a configuration that is refused.
    static func diagnoses(_ config: Settings, _ logger: Logger) async throws -> [Diagnosis]
}

extension ServiceMain {
    public static func diagnoses(_ config: Settings, _ logger: Logger) async throws -> [Diagnosis] { [] }

    public static func maximumGracefulShutdown(_ config: Settings) throws -> Duration { .seconds(10) }

    public static func healthProblem(_ config: Settings) async throws -> String? {
        try HealthProbe(of: name, config: config).problem()
    }

    public static func main() async {
        let command = ServiceCommand<Self>.parseOrExit()
        if command.healthy { await exitWithHealth() }
        if command.doctor { await exitWithDiagnoses() }
        // A write to a closed connection must fail with an error and not end the process.
        signal(SIGPIPE, SIG_IGN)
        // libarchive reads and writes file names in this locale; in the C locale, names that are not ASCII are lost.
        setlocale(LC_CTYPE, "C.UTF-8")
        OpenFiles.raiseLimit()
        LogOutput.bootstrap()
        _ = ProcessFigures.started
        do {
            let context = try start()
            do {
                try await run(in: context)
                context.logger.info("stopped")
            } catch let error as SettingError {
                throw error
            } catch {
                context.logger.critical("cannot go on", metadata: ["error": "\(error)"])
                exit(EXIT_FAILURE)
            }
        } catch {
            Logger(label: name.rawValue).critical(
                "configuration refused", metadata: ["error": "\(error)", "process": "\(name.rawValue)"])
            exit(EX_CONFIG)
        }
    }

    /// For `--healthy`: 0 if the process is alive, else 1 and the reason.
    private static func exitWithHealth() async -> Never {
        signal(SIGPIPE, SIG_IGN)
        let problem: String?
        do {
            problem = try await healthProblem(.ofProcess())
        } catch {
            problem = "\(error)"
        }
        if let problem { FileHandle.standardError.write(Data("\(name.rawValue): \(problem)\n".utf8)) }
        exit(problem == nil ? EXIT_SUCCESS : EXIT_FAILURE)
    }

    /// For `--doctor`: one line for each thing that it looks at; 1 if anything is wrong.
    private static func exitWithDiagnoses() async -> Never {
        signal(SIGPIPE, SIG_IGN)
        let found: [Diagnosis]
        do throws(SettingError) {
            let config = try Settings.ofProcess()
            found = await Doctor(service: name, config: config, settings: CommonSettings().all + settings.all)
                .diagnoses(diagnoses)
        } catch { found = [.wrong(error)] }
        // The answer of a command, not a log.
        for diagnosis in found { print(diagnosis.line) }
        exit(found.contains { $0.state == .wrong } ? EXIT_FAILURE : EXIT_SUCCESS)
    }

    private static func start() throws(SettingError) -> ServiceContext {
        let config = try Settings.ofProcess()
        try LogOutput.configure(config)
        for setting in CommonSettings().all + settings.all {
            try setting.check(in: config)
        }
        let metrics = PrometheusRegistry()
        MetricsSystem.bootstrap(metrics)
        let context = try ServiceContext(
            service: name, config: config, logger: Logger(label: name.rawValue), metrics: metrics)
        LogOutput.identify(name.rawValue, context.instance)
        return context
    }

    private static func run(in context: ServiceContext) async throws {
        let limit = try maximumGracefulShutdown(context.config)
        let signals = TerminationSignals(limit: limit, readiness: context.readiness, logger: context.logger)
        let services = try await services(in: context)
        var configuration = ServiceGroupConfiguration(
            services: services.map { NamedService(service: $0) }, logger: context.logger)
        configuration.maximumGracefulShutdownDuration = limit
        let group = ServiceGroup(configuration: configuration)
        signals.startedRunning()
        context.logger.info("started", metadata: ["version": "\(Release.version)"])
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            tasks.addTask {
                for await _ in signals.first { await group.triggerGracefulShutdown() }
            }
            // The process ends when its services have ended; the task that waits for a signal is cancelled then.
            try await tasks.next()
            tasks.cancelAll()
        }
    }
}

/// A service that is described by its type. The service group describes each of its services at the start, by printing
/// all that it holds; for one with the compiled rules of four languages that takes a second.
private struct NamedService: Service, CustomStringConvertible {
    let service: any Service

    var description: String { "\(type(of: service))" }

    func run() async throws {
        try await service.run()
    }
}
