import Domain
import Hummingbird
import Logging

/// Authenticates the caller. The endpoints decide what the caller may do.
struct AuthenticationMiddleware: RouterMiddleware {
    let keys: APIKeys
    let cookie: LoginCookie
    let requests: RateLimit
    /// Limit on wrong keys per address.
    let failures: RateLimit

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if keys.isEmpty {
            context.principal = .local
            return try await next(request, context)
        }
        if let key = Self.key(of: request) {
            guard let principal = keys.principal(holding: key) else {
                try failures.take(context.peer, .tooManyFailures)
                throw Problem.unauthorized
            }
            context.principal = principal
        } else if let field = request.headers[.cookie], let principal = cookie.principal(inCookieField: field),
            keys.contains(principal)
        {
            context.principal = principal
        }
        if let principal = context.principal {
            context.logger[metadataKey: "principal"] = "\(principal.name)"
            try requests.take(principal.name)
        }
        return try await next(request, context)
    }

    private static func key(of request: Request) -> Substring? {
        if let key = request.headers[.apiKey] { return key[...] }
        guard let field = request.headers[.authorization], field.lowercased().hasPrefix("bearer ") else { return nil }
        return field.dropFirst(7).drop(while: { $0 == " " })
    }
}
