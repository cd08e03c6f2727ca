import Bootstrap
import Domain
import Hummingbird
import NIOCore

/// Health, readiness and metrics, for operators and monitoring.
struct HealthRoutes: Sendable {
    let readiness: Readiness
    let metrics: PrometheusRegistry
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

    func metrics(_ call: Call) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.text())))
    }
}
