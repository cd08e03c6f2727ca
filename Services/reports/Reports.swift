import Bootstrap
import Domain
import Foundation
import HTTPClient
import Logging
import ServiceLifecycle
import Storage
import Traces
import Wire

/// Writes the data files of finished sessions, draws their report cards, and exports them to BatMan.
///
/// Listens on `reports/<instance>.sock`. Talks to the store, the data folder and the BatMan API. Holds the BatMan
/// credential. Any number of instances may run side by side.
@main
struct Reports: ServiceMain {
    static let name = ServiceName.reports
    static let summary = "Writes data files, draws PDF report cards, builds zips and exports to BatMan."
    static let settings = ReportsSettings()

    static func services(in context: ServiceContext) async throws -> [any Service] {
        let configuration = try ReportsConfiguration(context.config)
        let tracer = try context.config.values(of: ReportsSettings.self).traceEndpoint.map {
            Tracer(
                to: $0, service: name.rawValue, instance: context.instance,
                client: HTTPClient(rules: configuration.outgoing),
                logger: context.logger)
        }
        let store = try SharedSettings.mongoURI.use {
            try MongoSessionStore(MongoConfiguration(uri: configuration.mongoURI), logger: context.logger)
        }
        ReportsMetrics.describe(in: context.metrics)
        let archive = SessionArchive(
            root: configuration.dataDirectory, typeface: try configuration.typeface(),
            pool: RenderingPool(threads: 2, limit: 64), recordingDays: configuration.audioRetention)
        let filing = FilingJob(
            sessions: store, archive: archive, owner: context.instance, logger: context.logger, now: { Date() },
            tracer: tracer)
        let batMan = configuration.batMan.map { BatManClient($0, http: HTTPClient(rules: configuration.outgoing)) }
        let outbox = batMan.map { ExportOutbox(sessions: store, client: $0, logger: context.logger) }
        let erasure = ErasureSweep(
            root: configuration.dataDirectory, store: store,
            withdrawals: batMan.map { WithdrawalOutbox(store: store, client: $0, logger: context.logger) },
            logger: context.logger)
        let handler = ReportsHandler(
            sessions: store, archive: archive, filing: filing, outbox: outbox, erasure: erasure,
            trainees: TraineeArchive(root: configuration.dataDirectory, sessions: store), logger: context.logger)
        context.checkDatabase { try await store.ping() }
        context.readiness.add("data folder") { SessionFolder.problem(with: configuration.dataDirectory) }
        // It stops last: the others still have something to say.
        let first: [any Service] = tracer.map { [$0] } ?? []
        return first + [
            store,
            RecordingRetention(
                root: configuration.dataDirectory, days: configuration.audioRetention, logger: context.logger),
            erasure,
            SessionRetention(
                days: configuration.sessionRetention, store: store, erasure: erasure, logger: context.logger),
            Sweep(filing: filing, outbox: outbox, interval: .seconds(5), logger: context.logger),
            UnixServer(
                at: context.sockets, service: name, instance: context.instance,
                status: StatusEndpoints(readyz: context.readyz, metrics: context.metricsText), logger: context.logger,
                serve: {
                    // Exports wait for BatMan; the others get as many places as they would have without them.
                    try await $0.answer(
                        ReportsRequest.self, atMost: Connection.defaultConcurrency + ExportOutbox.mostAtOnce,
                        with: handler.answer)
                }),
        ]
    }
}
