import Hummingbird
import Storage

/// The dashboard's data: the list of sessions and the figures of the stats bar. Every caller gets submitted sessions
/// only.
struct DashboardRoutes: Sendable {
    let sessions: VisibleSessions

    struct Overview: Encodable {
        var items: [SessionSummary]
        var nextCursor: String?
        var stats: SessionStatistics
    }

    func list(_ call: Call) async throws -> Response {
        async let page = sessions.countedList(call)
        async let statistics = sessions.statistics(call)
        let (items, stats) = try await (page, statistics)
        return try APIJSON.response(Overview(items: items.items, nextCursor: items.nextCursor, stats: stats))
    }

    func statistics(_ call: Call) async throws -> Response {
        try APIJSON.response(try await sessions.statistics(call))
    }
}
