import Domain
import Hummingbird
import Storage

/// Who looked at sessions, and who changed what.
struct AuditRoutes: Sendable {
    let store: any SessionStore

    func list(_ call: Call) async throws -> Response {
        guard let query = call.query else { throw Problem.sessionNotFound }
        var filter = AuditFilter(actor: query["actor"])
        if let text = query["sessionId"] {
            guard let id = SessionID(text) else {
                throw Problem(.badRequest, .invalidQuery, "sessionId must be a session id like BAT-001.")
            }
            filter.sessionId = id
        }
        let page = try await store.audit(matching: filter, limit: try query.limit(), after: query["cursor"])
        return try APIJSON.response(Listing(items: page.items, nextCursor: page.nextCursor))
    }
}
