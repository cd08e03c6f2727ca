import Hummingbird

/// Response headers that restrict what a browser may do with our responses.
struct SecurityHeadersMiddleware: RouterMiddleware {
    let usesTLS: Bool
    let addresses: ClientAddresses

    /// `data:` is for the style sheet's icons, `blob:` for a recording that was loaded with a ticket.
    ///
    /// - Parameter sockets: origins to which a page may open WebSockets besides its own.
    static func contentPolicy(sockets: [String]) -> String {
        "default-src 'self'; img-src 'self' data:; media-src 'self' blob:; connect-src \((["'self'"] + sockets).joined(separator: " ")); "
            + "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    }

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.contentSecurityPolicy] = Self.contentPolicy(
            sockets: addresses.socketOrigins(context.arrival))
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.frameOptions] = "DENY"
        response.headers[.referrerPolicy] = "no-referrer"
        response.headers[.permissionsPolicy] = "camera=(), geolocation=(), microphone=(self)"
        if usesTLS { response.headers[.strictTransportSecurity] = "max-age=31536000" }
        return response
    }
}
