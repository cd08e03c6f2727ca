import Domain
import Foundation
import Hummingbird
import Logging

/// Authenticates the caller. The endpoints decide what the caller may do.
struct AuthenticationMiddleware: RouterMiddleware {
    let keys: APIKeys
    let cookie: LoginCookie
    let tickets: Tickets
    let policy: OriginPolicy
    let requests: RateLimit
    let attempts: KeyAttempts

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.principal = try principal(of: request, context)
        if let principal = context.principal {
            context.logger[metadataKey: "principal"] = "\(principal.name)"
            if !keys.isEmpty { try requests.take(principal.limitKey) }
        }
        return try await next(request, context)
    }

    private func principal(of request: Request, _ context: GatewayContext) throws(Problem) -> Principal? {
        let credential = Self.credential(of: request)
        if let credential, Ticket.isTicket(credential) {
            let ticket = tickets.ticket(credential)
            let principal = try attempts.admit(ticket?.principal, from: context.arrival.client)
            guard let ticket, tickets.isValid(ticket) else { throw Tickets.expired }
            return principal
        }
        if keys.isEmpty {
            // Any page that the user opens could otherwise read and export everything on this machine.
            guard let origin = request.headers[.origin],
                !policy.isOwn(origin: origin, authority: context.arrival.authority)
            else { return .local }
            return .page(of: origin)
        }
        if let credential {
            return try attempts.admit(keys.principal(holding: credential), from: context.arrival.client)
        }
        // A page on another port of this host is of the same site, so that the browser sends it the cookie.
        if let origin = request.headers[.origin], !policy.lists(origin: origin),
            !policy.isOwn(origin: origin, authority: context.arrival.authority)
        {
            return nil
        }
        return request.headers[.cookie].flatMap { cookie.principal(inCookieField: $0) }
    }

    private static func credential(of request: Request) -> Substring? {
        if let key = request.headers[.apiKey] { return key[...] }
        guard let field = request.headers[.authorization], field.lowercased().hasPrefix("bearer ") else { return nil }
        return field.dropFirst(7).drop(while: { $0 == " " })
    }
}
