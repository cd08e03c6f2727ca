import Domain
import HTTPTypes
import Hummingbird

/// One entry of the routing table: method, path, required access, allowed query and handler.
struct Endpoint: Sendable {
    enum Access: Hashable, Sendable, ExpressibleByArrayLiteral {
        /// Without any credential.
        case everyone
        /// These roles only; the response may depend on the role.
        case roles(Set<Role>)

        init(arrayLiteral roles: Role...) { self = .roles(Set(roles)) }
    }

    var method: HTTPRequest.Method
    var path: String
    var access: Access
    /// Keys that the query may contain.
    var query: Set<String>
    var answer: @Sendable (Call) async throws -> Response

    static func get(
        _ path: String, _ access: Access, query: Set<String> = [],
        _ answer: @escaping @Sendable (Call) async throws -> Response
    ) -> Endpoint {
        Endpoint(method: .get, path: path, access: access, query: query, answer: answer)
    }

    static func post(
        _ path: String, _ access: Access, _ answer: @escaping @Sendable (Call) async throws -> Response
    ) -> Endpoint {
        Endpoint(method: .post, path: path, access: access, query: [], answer: answer)
    }

    static func delete(
        _ path: String, _ access: Access, _ answer: @escaping @Sendable (Call) async throws -> Response
    ) -> Endpoint {
        Endpoint(method: .delete, path: path, access: access, query: [], answer: answer)
    }

    func respond(to request: Request, _ context: GatewayContext) async throws -> Response {
        try authorize(context)
        // Pages accept any query, because a link may carry one; the API accepts only known keys.
        let query = path.hasPrefix("/api/") ? try Query(request, allowed: query) : nil
        return try await answer(Call(request: request, context: context, query: query))
    }

    private func authorize(_ context: GatewayContext) throws(Problem) {
        guard case .roles(let roles) = access else { return }
        let caller = try context.caller()
        guard !roles.isDisjoint(with: caller.role.included) else {
            throw Problem(.forbidden, .forbidden, "The role \(caller.role.rawValue) may not do this.")
        }
    }
}

/// One request as an endpoint sees it.
struct Call: Sendable {
    var request: Request
    var context: GatewayContext
    var query: Query?

    /// The session in the path.
    ///
    /// - Throws: 404 for anything that is not a session id, before it is used in a file path or a database query.
    func sessionId() throws(Problem) -> SessionID {
        guard let text = context.parameters.get("id"), let id = SessionID(text) else { throw .sessionNotFound }
        return id
    }
}
