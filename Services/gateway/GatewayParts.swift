import Bootstrap
import Domain
import Foundation
import HTTPClient
import Hummingbird
import Logging
import NIOCore
import Storage
import Traces
import WebSocket
import Wire

/// Assembles the gateway from its dependencies, in the same way for the process and for its tests.
struct GatewayParts {
    let configuration: GatewayConfiguration
    let context: ServiceContext
    let store: any SessionStore
    let bridge: RelayBridge
    let askReports: ReportRoutes.Ask
    /// Has to be run as well. Nil if this cell is the only one.
    var cells: KnownCells?
    /// Nil if nobody wants traces.
    var tracer: Tracer?
    /// Whether a new session would find a relay; nil asks the bridge.
    var hasRelay: (@Sendable () -> Bool)?
    let metrics = GatewayMetrics()
    /// Has to be run, or looks are not stored.
    let auditLog = AuditLog()
    var now: @Sendable () -> Date = { Date() }
    var liveTiming = LiveTiming()
    var liveSeats = LiveSeats()

    private var policy: OriginPolicy {
        OriginPolicy(
            allowed: configuration.corsOrigins, publicURL: configuration.publicURL,
            loopbackOnly: configuration.keys.isEmpty)
    }

    private var proxies: ProxyTrust {
        ProxyTrust(proxies: configuration.trustedProxies, usesTLS: configuration.tls != nil)
    }

    private var addresses: ClientAddresses {
        ClientAddresses(publicURL: configuration.publicURL, cellTemplate: configuration.cellTemplate)
    }

    private var tickets: Tickets { Tickets(secret: configuration.secret, keys: configuration.keys, now: now) }

    private var isSecure: Bool {
        configuration.tls != nil || configuration.publicURL?.scheme?.lowercased() == "https"
    }

    func router() throws -> Router<GatewayContext> {
        let cookie = LoginCookie(secret: configuration.secret, keys: configuration.keys, now: now)
        let attempts = KeyAttempts(RateLimit(perMinute: 20))
        let router = Router(context: GatewayContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: ArrivalMiddleware(proxies: proxies))
        router.add(middleware: RequestIdMiddleware())
        router.add(middleware: RequestLogMiddleware(metrics: metrics))
        router.add(middleware: SecurityHeadersMiddleware(usesTLS: configuration.tls != nil, addresses: addresses))
        router.add(middleware: CORSMiddleware(policy: policy))
        router.add(middleware: ErrorMiddleware())
        router.add(middleware: LimitsMiddleware(policy: policy))
        router.add(
            middleware: AuthenticationMiddleware(
                keys: configuration.keys, cookie: cookie, tickets: tickets, policy: policy,
                requests: RateLimit(perMinute: configuration.requestsPerMinute), attempts: attempts))
        try routes(cookie: cookie, attempts: attempts).add(to: router)
        return router
    }

    func routes(cookie: LoginCookie, attempts: KeyAttempts) throws -> Routes {
        let pages: PageRoutes
        do { pages = try PageRoutes(folders: configuration.pageFolders) } catch {
            let folders = configuration.pageFolders.map(\.directory).joined(separator: ", ")
            throw SettingError("WEB_DIR", "must name a folder that contains \(folders)")
        }
        let identities = Identities(hiddenWith: configuration.showsIdentities ? nil : configuration.secret)
        let visible = VisibleSessions(
            in: store, identities: identities, dataDirectory: configuration.dataDirectory)
        let persons = Persons(store: store, secret: configuration.secret)
        let audit = Audit(
            log: auditLog, store: store, persons: persons, identities: identities, logger: context.logger, now: now)
        let erasures = TraineeErasures(store: store, secret: configuration.secret, now: now)
        return Routes(
            sessions: SessionRoutes(
                store: store, sessions: visible, secret: configuration.secret,
                addresses: addresses, creations: RateLimit(perMinute: configuration.sessionsPerMinute),
                places: SessionPlaces(
                    in: store, mostPerTrainee: configuration.sessionsPerTrainee,
                    mostPerKey: configuration.sessionsPerKey, now: now),
                rules: configuration.rules, notices: configuration.notices, audit: audit, erasures: erasures, now: now,
                hasRelay: hasRelay ?? { [bridge] in bridge.hasRelay }, cells: cells,
                passing: BatchPassing(client: HTTPClient(rules: configuration.outgoing), logger: context.logger),
                submitEvents: { [bridge] session, events in try await bridge.submit(events, to: session) }),
            tickets: TicketRoutes(store: store, tickets: tickets, addresses: addresses, pages: pages),
            reports: ReportRoutes(
                sessions: visible, dataDirectory: configuration.dataDirectory, audit: audit, ask: askReports),
            reviews: ReviewRoutes(store: store, sessions: visible, audit: audit, now: now),
            erasure: ErasureRoutes(
                erasure: Erasure(
                    store: store, persons: persons, trainees: erasures, ask: askReports, logger: context.logger,
                    now: now), receipts: Receipts(secret: configuration.secret), sessions: visible, audit: audit,
                store: store, dataDirectory: configuration.dataDirectory, ask: askReports),
            audit: AuditRoutes(store: store),
            scenarios: ScenarioRoutes(store: store, now: now),
            products: ProductRoutes(products: configuration.products),
            notice: NoticeRoutes(notices: configuration.notices),
            dashboard: DashboardRoutes(sessions: visible),
            figures: FigureRoutes(store: store, sessions: visible, audit: audit),
            live: LiveRoutes(
                store: store, sessions: visible,
                stream: EventStream(timing: liveTiming) { [readiness = context.readiness] in readiness.isStopping },
                seats: liveSeats, audit: audit, now: now),
            health: HealthRoutes(
                readiness: RecentReadiness(context.readiness), metrics: NeighbourMetrics(context).text,
                isSimulated: configuration.isSimulated),
            login: LoginRoutes(keys: configuration.keys, cookie: cookie, isSecure: isSecure, attempts: attempts),
            pages: pages)
    }

    func server(
        on eventLoops: any EventLoopGroup, onRunning: @escaping @Sendable (any Channel) async -> Void = { _ in }
    ) throws -> HTTPServer {
        if !configuration.keys.weak.isEmpty {
            context.logger.warning(
                "API keys shorter than 16 characters can be guessed",
                metadata: ["keys": "\(configuration.keys.weak.joined(separator: ", "))"])
        }
        if configuration.keys.isEmpty {
            context.logger.notice("no API_KEYS: local clients have full access, remote clients have none")
            if policy.allowsAll {
                context.logger.warning(
                    "CORS_ORIGIN is * and there are no API_KEYS: any web page may hold calls through this machine")
            }
        } else if configuration.publicURL == nil {
            context.logger.notice("no PUBLIC_URL: wsUrl is built from the host that each client asks for")
        }
        return HTTPServer(
            host: configuration.host, port: configuration.port,
            tls: try configuration.tls?.configuration(), eventLoops: eventLoops,
            responder: try router().buildResponder(),
            admission: Admission(
                store: store, bridge: bridge, cells: cells,
                passing: CellPassing(
                    client: WebSocketClient(group: eventLoops, rules: configuration.outgoing),
                    eventLoop: bridge.eventLoop,
                    logger: context.logger),
                addresses: addresses, policy: policy, proxies: proxies, strangers: RateLimit(perMinute: 60),
                readiness: context.readiness, metrics: metrics,
                timesRealTime: configuration.audioRate, tracer: tracer, logger: context.logger),
            logger: context.logger, onRunning: onRunning)
    }

    /// Checks the dependencies that this process needs to work. The reports service is not one of them: calls continue
    /// while it is unavailable.
    func addReadinessChecks() {
        context.checkDatabase { [store] in try await store.ping() }
        context.readiness.add("relay") { [bridge] in bridge.hasRelay ? nil : "no relay is connected" }
    }
}
