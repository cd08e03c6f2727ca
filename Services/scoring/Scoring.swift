import Bootstrap
import Compliance
import Domain
import HTTPClient
import Logging
import OpenAI
import ServiceLifecycle
import Storage
import Traces
import Wire

/// Judges finished sessions.
///
/// Listens on `scoring/<instance>.sock`. Talks to the model API and the store. Holds the OpenAI key and no state: a job
/// that a killed process leaves behind is due again when its lease expires.
@main
struct Scoring: ServiceMain {
    static let name = ServiceName.scoring
    static let summary = "Judges finished sessions: score, sales steps, compliance, outcome. Start as many as you like."
    static let settings = ScoringSettings()

    static func services(in context: ServiceContext) async throws -> [any Service] {
        let configuration = try ScoringConfiguration(context.config)
        let tracer = try context.config.values(of: ScoringSettings.self).traceEndpoint.map {
            Tracer(
                to: $0, service: name.rawValue, instance: context.instance,
                client: HTTPClient(rules: configuration.outgoing),
                logger: context.logger)
        }
        let catalog = try configuration.complianceCatalog()
        ScoringMetrics.describe(in: context.metrics)
        let metrics = ScoringMetrics(
            model: configuration.openAI.model, prices: configuration.prices)
        let store = try SharedSettings.mongoURI.use {
            try MongoSessionStore(MongoConfiguration(uri: configuration.mongoURI), logger: context.logger)
        }
        context.checkDatabase { try await store.ping() }
        let client = HTTPClient(rules: configuration.outgoing)
        let scorer = Scorer(
            model: .openAI(
                configuration.openAI, client: client, logger: context.logger,
                onAnswer: { model, answer in
                    metrics.answered(model, answer)
                    TraceSpan.current?.asked(
                        model: model, inputTokens: answer.inputTokens, outputTokens: answer.outputTokens)
                },
                onFailure: { metrics.failed($0) }),
            rulebooks: Rulebooks(own: catalog, store: store, logger: context.logger), rules: configuration.rules,
            samples: configuration.samples, personas: { try await store.personas() })
        let desk = ScoringDesk(
            scorer: scorer, store: store, instance: context.instance, metrics: metrics, logger: context.logger,
            tracer: tracer)
        let handler = ScoringHandler(desk: desk, store: store)
        // It stops last: the others still have something to say.
        let first: [any Service] = tracer.map { [$0] } ?? []
        return first + [
            store, ScoringSweep(desk: desk, logger: context.logger),
            AlternativesCheck(rulebook: catalog.rulebook, logger: context.logger),
            SecretWatch.openAIKey(configuration.openAI.key, in: context),
            ModelRetirement(configuration.openAI, client: client, logger: context.logger),
            UnixServer(
                at: context.sockets, service: name, instance: context.instance,
                status: StatusEndpoints(readyz: context.readyz, metrics: context.metricsText), logger: context.logger,
                serve: handler.serve),
        ]
    }
}
