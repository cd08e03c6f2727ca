import Domain
import Storage

/// The sessions as one caller may see them. Whatever a request reads of sessions goes through here, so that no endpoint
/// can forget whose they are, and which of them are private.
struct VisibleSessions: Sendable {
    private let store: any SessionStore

    init(in store: any SessionStore) {
        self.store = store
    }

    /// The session in the path.
    ///
    /// - Throws: 404, also for a session that the caller may not see; 409 for a private one that it may know of.
    func session(in call: Call) async throws -> SessionRecord {
        let caller = try call.context.caller()
        guard let record = try await store.session(try call.sessionId()) else { throw Problem.sessionNotFound }
        if let refusal = caller.refusal(of: SessionAccess(record)) { throw refusal }
        return record
    }

    /// The same, without transcript and events.
    func access(in call: Call) async throws -> SessionAccess {
        let caller = try call.context.caller()
        guard let access = try await store.access(to: try call.sessionId()) else { throw Problem.sessionNotFound }
        if let refusal = caller.refusal(of: access) { throw refusal }
        return access
    }

    /// One page of those that the request asks for and its caller may see.
    func list(_ call: Call) async throws -> SessionPage {
        let caller = try call.context.caller()
        let query = try Self.query(of: call)
        let wanted = try query.visibility() ?? caller.listedVisibility
        return try await page(
            query, query.filter(for: caller, wanted.intersection(caller.visibleVisibility)), for: caller)
    }

    /// The same, of those that count.
    func countedList(_ call: Call) async throws -> SessionPage {
        let query = try Self.query(of: call)
        let caller = try call.context.caller()
        return try await page(query, query.filter(for: caller, .counted), for: caller)
    }

    func statistics(_ call: Call) async throws -> SessionStatistics {
        let caller = try call.context.caller()
        var statistics = try await store.statistics(matching: try Self.query(of: call).filter(for: caller, .counted))
        // Mapping unknown VR interactions is the operator's task, so callers who see only their own sessions do not get
        // them.
        if caller.seesOnlyOwn { statistics.unknownInteractions = [] }
        return statistics
    }

    /// The sessions that wait for a trainer.
    func awaitingReview(_ call: Call) async throws -> SessionPage {
        let query = try Self.query(of: call)
        var filter = SessionFilter(.counted)
        filter.awaitsReview = true
        return try await store.sessions(matching: filter, limit: try query.limit(), after: query["cursor"])
    }

    private func page(_ query: Query, _ filter: SessionFilter, for caller: Principal) async throws -> SessionPage {
        var page = try await store.sessions(matching: filter, limit: try query.limit(), after: query["cursor"])
        if caller.isBlinded { page.items = page.items.map { $0.isBlind ? $0.blinded : $0 } }
        return page
    }

    private static func query(of call: Call) throws(Problem) -> Query {
        guard let query = call.query else { throw .sessionNotFound }
        return query
    }
}
