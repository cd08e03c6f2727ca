import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Storage

/// What happens now, as server-sent events.
struct LiveRoutes: Sendable {
    let store: any SessionStore
    let sessions: VisibleSessions
    let stream: EventStream
    let seats: LiveSeats
    let audit: Audit
    let reads: LiveReads
    let now: @Sendable () -> Date

    init(
        store: any SessionStore, sessions: VisibleSessions, stream: EventStream, seats: LiveSeats, audit: Audit,
        now: @escaping @Sendable () -> Date
    ) {
        self.store = store
        self.sessions = sessions
        self.stream = stream
        self.seats = seats
        self.audit = audit
        self.now = now
        reads = LiveReads(store, freshness: stream.timing.look / 2)
    }

    // MARK: GET /api/live

    func list(_ call: Call) async throws -> Response {
        let caller = try call.context.caller()
        let seat = try seats.take(caller.limitKey)
        var source = LiveListSource(
            store: store, reads: reads, filter: try await sessions.filter(of: call, .counted), caller: caller,
            sessions: sessions, now: now)
        let first = try await source.news()
        return stream.response(to: call, source, first: first, seat: seat)
    }

    // MARK: GET /api/sessions/:id/live

    /// 204 for a session of which nothing more is to come: an EventSource then stays away.
    func session(_ call: Call) async throws -> Response {
        let caller = try call.context.caller()
        let seat = try seats.take(caller.limitKey)
        var source = try await LiveSessionSource(
            try call.sessionId(), in: store, for: caller, sessions: sessions, audit: audit)
        guard !source.isOver else { return Response(status: .noContent, headers: [.cacheControl: "no-store"]) }
        call.context.logger.info(
            "transcript shown live", metadata: ["sessionId": "\(source.id)", "by": "\(caller.name)"])
        let first = try source.first()
        return stream.response(to: call, source, first: first, seat: seat)
    }
}
