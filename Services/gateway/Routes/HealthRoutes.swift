import Bootstrap
import Domain
import Hummingbird
import NIOCore

/// Health, readiness and metrics, for operators and monitoring.
struct HealthRoutes: Sendable {
    let readiness: RecentReadiness
    /// Its own and its neighbours', as Prometheus reads them.
    let metrics: @Sendable () async -> String
    /// The system runs against the bundled simulator instead of OpenAI.
    let isSimulated: Bool

    struct Alive: Encodable {
        var status = "ok"
        var service = ServiceName.gateway
        var version = Release.version
        var simulated: Bool
    }

    /// Liveness. Depends on nothing else, so that a database outage does not cause a restart.
    func alive(_ call: Call) throws -> Response {
        try APIJSON.response(Alive(simulated: isSimulated))
    }

    func ready(_ call: Call) async throws -> Response {
        let report = await readiness.report()
        var response = Response(
            status: report.isReady ? .ok : .serviceUnavailable,
            headers: [.contentType: APIJSON.mediaType, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: report.json)))
        if !report.isReady { response.headers[.retryAfter] = "2" }
        return response
    }

    func metrics(_ call: Call) async -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: await metrics())))
    }
}

/// Readiness as it was at most a second ago. Anybody may ask for it, and each report asks the database.
actor RecentReadiness {
    private static let age = Duration.seconds(1)

    private let readiness: Readiness
    private let now: @Sendable () -> ContinuousClock.Instant
    private var latest: (report: Readiness.Report, isStopping: Bool, time: ContinuousClock.Instant)?
    private var isAsking = false
    private var waiting: [CheckedContinuation<Readiness.Report, Never>] = []

    init(_ readiness: Readiness, now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock().now }) {
        self.readiness = readiness
        self.now = now
    }

    func report() async -> Readiness.Report {
        let isStopping = readiness.isStopping
        if let latest, latest.isStopping == isStopping, now() - latest.time < Self.age { return latest.report }
        if isAsking { return await withCheckedContinuation { waiting.append($0) } }
        isAsking = true
        let report = await readiness.report()
        isAsking = false
        latest = (report, isStopping, now())
        for continuation in waiting { continuation.resume(returning: report) }
        waiting = []
        return report
    }
}
