import Bootstrap
import Domain
import HTTPClient
import NIOCore
import NIOPosix
import ServiceLifecycle
import Storage
import Traces
import WebSocket
import Wire

/// Carries the conversations between trainees and the OpenAI Realtime API.
///
/// Listens on `relay/<instance>.sock`. Talks to OpenAI, the supervisors, scoring, reports and the store.
/// Holds the OpenAI key and the live sessions. Reads clients' messages as the gateway forwards them, and trusts none.
@main
struct Relay: ServiceMain {
    static let name = ServiceName.relay
    static let summary = "Owns live sessions and their OpenAI Realtime sockets."
    static let settings = RelaySettings()

    static func maximumGracefulShutdown(_ config: Settings) throws -> Duration {
        try RelayConfiguration.maximumGracefulShutdown(config)
    }

    static func services(in context: ServiceContext) async throws -> [any Service] {
        let configuration = try RelayConfiguration(context.config)
        let tracer = try context.config.values(of: RelaySettings.self).traceEndpoint.map {
            Tracer(
                to: $0, service: name.rawValue, instance: context.instance,
                client: HTTPClient(rules: configuration.outgoing),
                logger: context.logger)
        }
        let store = try SharedSettings.mongoURI.use {
            try MongoSessionStore(MongoConfiguration(uri: configuration.mongoURI), logger: context.logger)
        }
        let journal = try Journal(directory: configuration.journalDirectory, logger: context.logger)
        RelayMetrics.describe(in: context.metrics)
        let hello = Hello(service: .relay, instance: context.instance)
        let scoring = RequestClient(of: .scoring, in: context.sockets, as: hello, logger: context.logger)
        let reports = RequestClient(of: .reports, in: context.sockets, as: hello, logger: context.logger)
        // One loop for gateways and OpenAI alike: audio goes from socket to socket on one thread.
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let handler = try await RelayParts(
            configuration: configuration, store: store, journal: journal,
            client: WebSocketClient(group: loops, rules: configuration.outgoing), scoring: scoring, reports: reports,
            tracer: tracer, sockets: context.sockets, instance: context.instance, loop: loops.next(),
            logger: context.logger)
        context.checkDatabase { try await store.ping() }
        context.readiness.add("journal") { await journal.problem() }
        let server = UnixServer(
            at: context.sockets, service: name, instance: context.instance, cell: handler.pulse.cell,
            status: StatusEndpoints(readyz: context.readyz, metrics: context.metricsText), logger: context.logger,
            on: loops, sessions: handler.accept)
        let keys = configuration.realtime.key.map { [SecretWatch.openAIKey($0, in: context)] } ?? []
        // It stops last: the others still have something to say.
        let first: [any Service] = tracer.map { [$0] } ?? []
        return first + keys + [
            store, journal, scoring, reports, handler.supervisors, handler.pulse, handler, handler.adoption, server,
        ]
    }
}
