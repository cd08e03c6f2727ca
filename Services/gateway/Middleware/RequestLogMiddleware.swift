import Domain
import Foundation
import Hummingbird
import Logging

/// Logs and counts every request. The query is not logged, because it may contain a token.
struct RequestLogMiddleware: RouterMiddleware {
    let metrics: GatewayMetrics

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        let clock = ContinuousClock()
        let start = clock.now
        let response = try await next(request, context)
        let duration = start.duration(to: clock.now)
        metrics.answered(
            method: request.method.rawValue, route: context.endpointPath ?? "NotFound", status: response.status.code,
            after: duration)
        // Probes come every few seconds and carry no information.
        let isProbe = request.uri.path == "/healthz" || request.uri.path == "/readyz" || request.uri.path == "/metrics"
        context.logger.log(
            level: isProbe ? .debug : response.status.kind == .serverError ? .warning : .info, "request",
            metadata: [
                "method": "\(request.method.rawValue)", "path": "\(Self.shown(request.uri.path).beginning(bytes: 256))",
                "status": "\(response.status.code)", "ms": "\(Int(duration.inSeconds * 1000))",
            ])
        return response
    }

    /// The path without the name of a trainee: logs outlive a trainee's data.
    static func shown(_ path: String) -> String {
        guard let place = path.range(of: "trainees/", options: .caseInsensitive) else { return path }
        return path[..<place.upperBound] + "…"
    }
}
