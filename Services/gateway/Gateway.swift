import Bootstrap
import Domain
import Foundation
import HTTPClient
import Hummingbird
import Logging
import NIOPosix
import ServiceLifecycle
import Storage
import Traces
import Wire

/// Terminates the clients' HTTP and WebSocket traffic, and serves the dashboard.
///
/// Listens on TCP `PORT`. Talks to the relays, to a reports process, and to the store. Holds the API keys and the
/// client sockets, but no OpenAI key. May be killed at any time: clients reconnect and resume.
@main
struct Gateway: ServiceMain {
    static let name = ServiceName.gateway
    static let summary = "Terminates client HTTP and WebSocket traffic, and serves the dashboard."
    static let settings = GatewaySettings()

    static func maximumGracefulShutdown(_ config: Settings) throws -> Duration { .seconds(20) }

    static func healthProblem(_ config: Settings) async throws -> String? {
        await AliveProbe(try GatewayAddress(config)).problem()
    }

    static func services(in context: ServiceContext) async throws -> [any Service] {
        let configuration = try GatewayConfiguration(context.config)
        let tracer = try context.config.values(of: GatewaySettings.self).traceEndpoint.map {
            Tracer(
                to: $0, service: name.rawValue, instance: context.instance,
                client: HTTPClient(rules: configuration.outgoing), logger: context.logger)
        }
        GatewayMetrics.describe(in: context.metrics)
        let store = try SharedSettings.mongoURI.use {
            try MongoSessionStore(MongoConfiguration(uri: configuration.mongoURI), logger: context.logger)
        }
        let personas = try SharedSettings.personasDirectory.use {
            try PersonaCatalog(directory: configuration.personasDirectory).personas
        }
        let seeding = PersonaSeeding(personas, rulebook: configuration.rulebook, into: store, logger: context.logger)
        let reports = RequestClient(
            of: .reports, in: context.sockets, as: Hello(service: .gateway, instance: context.instance),
            logger: context.logger)
        // One event loop for clients and relays: each frame is handled by a single thread and needs no lock.
        let eventLoops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let bridge = RelayBridge(
            in: context.sockets, instance: context.instance, eventLoop: eventLoops.next(), logger: context.logger)
        let cells = KnownCells(in: store, own: { bridge.cell }, logger: context.logger)
        var parts = GatewayParts(
            configuration: configuration, context: context, store: store, bridge: bridge,
            askReports: { key, limits, make in
                try await reports.request(
                    key: key, timeout: limits.answer, presence: limits.presence,
                    askingSecondAfter: limits.second
                ) { make($0) }
            })
        parts.cells = cells
        parts.tracer = tracer
        parts.addReadinessChecks()
        context.readiness.add("personas") { seeding.isDone ? nil : "not stored yet" }
        let auditing = AuditWriter(log: parts.auditLog, store: store, logger: context.logger)
        let secrets = SecretWatch(APIKeys.setting.name, in: context) { [keys = configuration.keys] settings in
            keys.take(try settings.values(of: GatewaySettings.self).apiKeys)
        }
        // It stops last: the others still have something to say.
        let first: [any Service] = tracer.map { [$0] } ?? []
        return first + [
            store, secrets, seeding, reports, bridge, cells, auditing, try parts.server(on: eventLoops),
        ]
    }
}
