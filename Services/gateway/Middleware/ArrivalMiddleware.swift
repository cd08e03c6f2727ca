import Hummingbird

/// Finds out how the request reached us. Comes before everything that asks for the client's address or our own name.
struct ArrivalMiddleware: RouterMiddleware {
    let proxies: ProxyTrust

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.arrival = proxies.arrival(of: request.head, from: context.peer)
        return try await next(request, context)
    }
}
