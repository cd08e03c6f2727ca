import Domain
import HTTPTypes
import Hummingbird

/// The routing table: everything that this server answers over HTTP, and the roles that may ask for it. A role that an
/// endpoint does not name is refused; a trainer may do what a viewer may.
struct Routes: Sendable {
    let sessions: SessionRoutes
    let tickets: TicketRoutes
    let reports: ReportRoutes
    let reviews: ReviewRoutes
    let erasure: ErasureRoutes
    let audit: AuditRoutes
    let scenarios: ScenarioRoutes
    let products: ProductRoutes
    let notice: NoticeRoutes
    let dashboard: DashboardRoutes
    let figures: FigureRoutes
    let live: LiveRoutes
    let health: HealthRoutes
    let login: LoginRoutes
    let pages: PageRoutes

    var endpoints: [Endpoint] {
        [
            .post("/api/sessions", [.trainee, .client, .admin], sessions.create),
            .get("/api/sessions", [.trainee, .client, .viewer, .admin], query: Query.sessionKeys, sessions.list),
            .get("/api/sessions/:id", [.trainee, .client, .viewer, .admin], query: ["blind"], sessions.show),
            .post("/api/sessions/:id/events", [.trainee, .client, .admin], sessions.addEvents),
            .post("/api/sessions/:id/submit", [.trainee, .client, .admin], sessions.submit),
            .post("/api/sessions/:id/score", [.admin], sessions.retryScoring),
            .post("/api/tickets", [.client, .admin], tickets.create),

            .get("/api/sessions/:id/report", [.trainee, .client, .viewer, .admin], reports.report),
            .get("/api/sessions/:id/data", [.client, .viewer, .admin], reports.data),
            .get("/api/sessions/:id/recording", [.trainee, .client, .viewer, .admin], reports.recording),
            .post("/api/sessions/:id/export", [.admin], reports.export),

            .post("/api/sessions/:id/review", [.trainer, .admin], reviews.change),
            .post("/api/sessions/:id/disputes", [.trainee, .client, .admin], reviews.dispute),
            .get("/api/reviews", [.viewer, .admin], query: ["limit", "cursor"], reviews.queue),
            .get("/api/reviews/agreement", [.viewer, .admin], reviews.agreement),
            .get("/api/audit", [.admin], query: ["sessionId", "actor", "limit", "cursor"], audit.list),

            .delete("/api/sessions/:id", [.admin], erasure.eraseSession),
            .delete("/api/trainees/:id", [.admin], erasure.eraseTrainee),
            .get("/api/trainees/:id/data", [.admin], erasure.traineeData),
            .post("/api/receipts/verify", [.client, .viewer, .admin], erasure.verify),

            .get("/api/scenarios", [.trainee, .client, .viewer, .admin], query: ["personaId"], scenarios.scenarios),
            .get("/api/products", [.trainee, .client, .viewer, .admin], products.list),
            .get("/api/personas", [.trainee, .client, .viewer, .admin], scenarios.personas),
            .get("/api/notice", .everyone, query: ["language"], notice.show),

            .get("/api/dashboard", [.client, .viewer, .admin], query: Query.listKeys, dashboard.list),
            .get("/api/dashboard/stats", [.client, .viewer, .admin], query: Query.listKeys, dashboard.statistics),

            .get(
                "/api/progress", [.trainee, .client, .viewer, .admin], query: Query.figureKeys, figures.progress),
            .get("/api/cohort", [.viewer, .admin], query: Query.figureKeys, figures.cohort),
            .get("/api/cohort.csv", [.viewer, .admin], query: Query.figureKeys, figures.cohortTable),
            .get("/api/sessions.csv", [.viewer, .admin], query: Query.tableKeys, figures.sessionTable),
            .get("/api/live", [.client, .viewer, .admin], query: Query.liveKeys, live.list),
            .get("/api/sessions/:id/live", [.client, .viewer, .admin], live.session),

            .post("/api/login", .everyone, login.signIn),
            .get("/api/login", [.trainee, .client, .viewer, .admin], login.show),
            .delete("/api/login", .everyone, login.signOut),

            .get("/healthz", .everyone, health.alive),
            .get("/readyz", .everyone, health.ready),
            .get("/metrics", [.viewer, .admin], health.metrics),

            .get("/ws/sessions/:id", .everyone, pages.webSocketOnly),
        ] + pages.endpoints
    }

    /// Adds every endpoint, and for every path an answer to `OPTIONS` and to methods it does not support. The router
    /// itself answers `HEAD` for every `GET`.
    func add(to router: Router<GatewayContext>) {
        for (path, endpoints) in Dictionary(grouping: endpoints, by: \.path) {
            let methods = Set(endpoints.map(\.method))
            let allowed = methods.union(methods.contains(.get) ? [.head, .options] : [.options])
            let allow = allowed.map(\.rawValue).sorted().joined(separator: ", ")
            for endpoint in endpoints {
                router.on(RouterPath(path), method: endpoint.method) { request, context in
                    try await endpoint.respond(to: request, context)
                }
            }
            router.on(RouterPath(path), method: .options) { _, _ in
                Response(status: .noContent, headers: [.allow: allow])
            }
            for method in Self.methods.subtracting(allowed) {
                router.on(RouterPath(path), method: method) { _, _ -> Response in
                    throw Problem(
                        .methodNotAllowed, .methodNotAllowed, "This path allows \(allow).", headers: [.allow: allow])
                }
            }
        }
    }

    private static let methods: Set<HTTPRequest.Method> = [
        .get, .head, .post, .put, .patch, .delete, .options, .trace, .connect,
    ]
}
