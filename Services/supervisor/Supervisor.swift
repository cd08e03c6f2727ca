import Bootstrap
import Compliance
import Domain
import HTTPClient
import Logging
import OpenAI
import ServiceLifecycle
import Traces
import Wire

/// Steers the customer's attitude during a call, and detects violations of the rules as they happen.
///
/// Listens on `supervisor/<instance>.sock`. Talks to the model API.
/// Holds the OpenAI key and a view of its sessions that a relay rebuilds with one snapshot.
@main
struct Supervisor: ServiceMain {
    static let name = ServiceName.supervisor
    static let summary = "Judges how a live conversation goes, and steers the customer. Start as many as you like."
    static let settings = SupervisorSettings()

    static func services(in context: ServiceContext) async throws -> [any Service] {
        let configuration = try SupervisorConfiguration(context.config)
        let tracer = try context.config.values(of: SupervisorSettings.self).traceEndpoint.map {
            Tracer(
                to: $0, service: name.rawValue, instance: context.instance,
                client: HTTPClient(rules: configuration.outgoing),
                logger: context.logger)
        }
        let catalog = try configuration.complianceCatalog()
        SupervisorMetrics.describe(in: context.metrics)
        let metrics = SupervisorMetrics(
            model: configuration.openAI.model, prices: configuration.prices)
        let client = HTTPClient(rules: configuration.outgoing)
        let evaluator = Evaluator(
            model: .openAI(
                configuration.openAI, client: client, logger: context.logger,
                onAnswer: { model, answer in
                    metrics.answered(model, answer)
                    TraceSpan.current?.asked(
                        model: model, inputTokens: answer.inputTokens, outputTokens: answer.outputTokens)
                },
                onFailure: { metrics.failed($0) }),
            catalog: catalog)
        let handler = SupervisorHandler(
            evaluator: evaluator, catalog: catalog, rules: configuration.rules, debounce: configuration.debounce,
            metrics: metrics, logger: context.logger, tracer: tracer)
        // It stops last: the others still have something to say.
        let first: [any Service] = tracer.map { [$0] } ?? []
        return first + [
            SecretWatch.openAIKey(configuration.openAI.key, in: context),
            ModelRetirement(configuration.openAI, client: client, logger: context.logger),
            UnixServer(
                at: context.sockets, service: name, instance: context.instance,
                status: StatusEndpoints(readyz: context.readyz, metrics: context.metricsText), logger: context.logger,
                serve: handler.serve),
        ]
    }
}
