import Hummingbird
import Storage

/// The dashboard's data: the list of sessions and the figures of the stats bar.
struct DashboardRoutes: Sendable {
    let store: any SessionStore

    struct Overview: Encodable {
        var items: [SessionSummary]
        var nextCursor: String?
        var stats: SessionStatistics
    }

    func list(_ call: Call) async throws -> Response {
        guard let query = call.query else { throw Problem.sessionNotFound }
        let caller = try call.context.caller()
        let filter = try query.filter(for: caller)
        let limit = try query.limit()
        async let page = store.sessions(matching: filter, limit: limit, after: query["cursor"])
        async let statistics = statistics(matching: filter, for: caller)
        let (items, stats) = try await (page, statistics)
        return try APIJSON.response(Overview(items: items.items, nextCursor: items.nextCursor, stats: stats))
    }

    func statistics(_ call: Call) async throws -> Response {
        guard let query = call.query else { throw Problem.sessionNotFound }
        let caller = try call.context.caller()
        return try APIJSON.response(try await statistics(matching: try query.filter(for: caller), for: caller))
    }

    private func statistics(matching filter: SessionFilter, for caller: Principal) async throws -> SessionStatistics {
        var statistics = try await store.statistics(matching: filter)
        // Mapping unknown VR interactions is the operator's task, so callers who see only their own sessions do not get
        // them.
        if caller.seesOnlyOwn { statistics.unknownInteractions = [] }
        return statistics
    }
}
