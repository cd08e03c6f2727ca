import Domain
import HTTPTypes
import Hummingbird

/// Refuses requests by their head alone: unknown host, body too large, compressed body, path too long.
struct LimitsMiddleware: RouterMiddleware {
    let policy: OriginPolicy

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        guard policy.answers(to: request.head.authority), policy.answers(to: context.arrival.authority) else {
            throw Problem(
                .misdirectedRequest, "unknown_host",
                "Without API keys this server answers only to the names of this machine, like localhost.")
        }
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > Request.bodyLimit {
            throw ErrorMiddleware.bodyTooLarge
        }
        if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" {
            throw Problem(
                .unsupportedMediaType, "unsupported_encoding", "Compressed bodies are not accepted.",
                headers: [.acceptEncoding: "identity"])
        }
        guard request.uri.path.utf8.count <= 2048 else {
            throw Problem(.uriTooLong, .uriTooLong, "A path may have at most 2048 bytes.")
        }
        return try await next(request, context)
    }
}
