import Domain
import HTTPTypes
import Hummingbird

/// Signing in to the dashboard with an API key, which the page then forgets: the cookie cannot be read by any script, and
/// no other site's request carries it.
struct LoginRoutes: Sendable {
    let keys: APIKeys
    let cookie: LoginCookie
    /// Behind TLS, here or at a proxy: the cookie is not sent in the clear.
    let isSecure: Bool
    let failures: RateLimit

    struct Who: Encodable {
        var name: String
        var role: Role
        /// False where there are no keys, and so nothing to sign in to.
        var needsLogin: Bool
    }

    func show(_ call: Call) throws -> Response {
        try who(try call.context.caller())
    }

    func signIn(_ call: Call) async throws -> Response {
        guard !keys.isEmpty else { return try who(.local) }
        guard let key = try await call.request.json(upTo: 4096).value["key"]?.string else {
            throw Problem.invalid("/key", "is required")
        }
        guard let principal = keys.principal(holding: key) else {
            try failures.take(call.context.peer, "too_many_failures")
            throw Problem.unauthorized
        }
        var response = try who(principal)
        response.headers[.setCookie] = cookie.set(for: principal, secure: isSecure)
        return response
    }

    func signOut(_ call: Call) -> Response {
        Response(status: .noContent, headers: [.setCookie: LoginCookie.cleared(secure: isSecure)])
    }

    private func who(_ principal: Principal) throws -> Response {
        try JSON.response(Who(name: principal.name, role: principal.role, needsLogin: !keys.isEmpty))
    }
}
