import Domain
import HTTPTypes
import Hummingbird

/// Lets the pages of `CORS_ORIGIN` read responses, and keeps all other pages from changing anything.
struct CORSMiddleware: RouterMiddleware {
    let policy: OriginPolicy

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        let origin = request.headers[.origin]
        let authority = context.arrival.authority
        let isPreflight = request.method == .options && request.headers[.accessControlRequestMethod] != nil
        var response: Response
        if let origin, !policy.allows(origin: origin, authority: authority),
            isPreflight || !Self.harmless.contains(request.method)
        {
            // Without this check, any page could post to a gateway that needs no key, or post with a signed-in user's
            // cookie.
            response = Problem(.forbidden, .originNotAllowed, "Pages of this origin may not use the API.")
                .response(path: request.uri.path, requestId: context.requestId)
        } else if isPreflight, origin != nil {
            response = Response(status: .noContent)
        } else {
            response = try await next(request, context)
        }
        // A page for all origins says so itself.
        if response.headers[.accessControlAllowOrigin] != nil { return response }
        // Set even without an `Origin`: a cache must not serve that response to a page.
        response.headers[.vary] = "Origin"
        guard let origin, policy.allows(origin: origin, authority: authority) else { return response }
        if policy.lists(origin: origin) {
            response.headers[.accessControlAllowOrigin] = origin
            response.headers[.accessControlAllowCredentials] = "true"
        } else {
            // Not listed by name, so without the user's cookie.
            response.headers[.accessControlAllowOrigin] = policy.allowsAll ? "*" : origin
        }
        response.headers[.accessControlExposeHeaders] = "Location, X-Request-Id, Retry-After, Content-Disposition"
        if isPreflight {
            response.headers[.accessControlAllowMethods] = "GET, HEAD, POST, DELETE, OPTIONS"
            response.headers[.accessControlAllowHeaders] =
                "Authorization, Content-Type, Idempotency-Key, X-API-Key, X-Request-Id"
            response.headers[.accessControlMaxAge] = "600"
        }
        return response
    }

    private static let harmless: Set<HTTPRequest.Method> = [.get, .head, .options]
}
