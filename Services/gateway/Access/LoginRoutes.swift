import Domain
import Foundation
import HTTPTypes
import Hummingbird

/// Signs in to the dashboard with an API key, which the page does not keep: scripts cannot read the cookie, and
/// requests from other sites do not carry it.
struct LoginRoutes: Sendable {
    let keys: APIKeys
    let cookie: LoginCookie
    /// Whether clients use TLS, to us or to a proxy; the cookie is then sent over TLS only.
    let isSecure: Bool
    let attempts: KeyAttempts

    struct Who: Encodable {
        var name: String
        var role: Role
        /// False if there are no keys, and so no need to sign in.
        var needsLogin: Bool
        /// What the caller's ticket is good for, and until when; absent without one.
        var traineeId: String?
        var scenarioIds: [String]?
        var expiresAt: Date?
    }

    func show(_ call: Call) throws -> Response {
        try who(try call.context.caller())
    }

    func signIn(_ call: Call) async throws -> Response {
        guard !keys.isEmpty else { return try show(call) }
        guard let key = try await call.request.json(upTo: 4096).value["key"]?.string else {
            throw Problem.invalid("/key", "is required")
        }
        let principal = try attempts.admit(keys.principal(holding: key), from: call.context.arrival.client)
        var response = try who(principal)
        response.headers[.setCookie] = cookie.set(for: principal, secure: needsTLS(call))
        return response
    }

    func signOut(_ call: Call) -> Response {
        Response(status: .noContent, headers: [.setCookie: LoginCookie.cleared(secure: needsTLS(call))])
    }

    private func needsTLS(_ call: Call) -> Bool { isSecure || call.context.arrival.isSecure }

    private func who(_ principal: Principal) throws -> Response {
        try APIJSON.response(
            Who(
                name: principal.name, role: principal.role, needsLogin: !keys.isEmpty,
                traineeId: principal.bounds?.traineeId, scenarioIds: principal.bounds?.scenarioIds,
                expiresAt: principal.expires))
    }
}
