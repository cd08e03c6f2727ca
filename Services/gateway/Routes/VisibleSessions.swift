import Domain
import Recording
import Storage

/// The sessions as one caller may see them. Whatever a request reads of sessions goes through here, so that no endpoint
/// can forget whose they are, which of them are private, and whether trainees are named.
struct VisibleSessions: Sendable {
    private let store: any SessionStore
    let identities: Identities
    /// `DATA_DIR`, where recordings are.
    private let dataDirectory: String

    init(in store: any SessionStore, identities: Identities, dataDirectory: String) {
        self.store = store
        self.identities = identities
        self.dataDirectory = dataDirectory
    }

    /// The session in the path.
    ///
    /// - Throws: 404, also for a session that the caller may not see; 409 for a private one that it may know of.
    func session(in call: Call) async throws -> SessionRecord {
        let caller = try call.context.caller()
        guard let record = try await store.session(try call.sessionId()) else { throw Problem.sessionNotFound }
        if let refusal = caller.refusal(of: SessionAccess(record)) { throw refusal }
        return shown(record, to: caller)
    }

    /// The same, without transcript and events.
    func access(in call: Call) async throws -> SessionAccess {
        let caller = try call.context.caller()
        guard let access = try await store.access(to: try call.sessionId()) else { throw Problem.sessionNotFound }
        if let refusal = caller.refusal(of: access) { throw refusal }
        return access
    }

    // MARK: What a caller sees of a session: every answer and every stream shows it by one of these

    func shown(_ record: SessionRecord, to caller: Principal) -> SessionRecord {
        identities.shown(record, to: caller)
    }

    func shown(_ summary: SessionSummary, to caller: Principal) -> SessionSummary {
        let named = identities.shown(summary, to: caller)
        return caller.isBlinded && named.isBlind ? named.blinded : named
    }

    /// The API's document of a session.
    ///
    /// - Parameters:
    ///   - record: as it is shown to this caller.
    ///   - isBlind: leaves out what the machine made of the session.
    func view(_ record: SessionRecord, for caller: Principal, isBlind: Bool = false) -> SessionView {
        SessionView(
            record: record, for: caller, isBlind: isBlind, identitiesHidden: identities.areHidden(from: caller),
            isRecorded: record.recordingNoticeShown == true && record.status == .ended
                && caller.mayHear(record.visibility) && SoundFiles.exist(of: record.sessionId, in: dataDirectory))
    }

    // MARK: Many sessions

    /// One page of those that the request asks for and its caller may see.
    func list(_ call: Call) async throws -> SessionPage {
        let caller = try call.context.caller()
        let wanted = try Self.query(of: call).visibility() ?? caller.listedVisibility
        return try await page(call, wanted.intersection(caller.visibleVisibility))
    }

    /// The same, of those that count.
    func countedList(_ call: Call) async throws -> SessionPage {
        try await page(call, .counted)
    }

    func statistics(_ call: Call) async throws -> SessionStatistics {
        let caller = try call.context.caller()
        var statistics = try await store.statistics(matching: try await figureFilter(of: call))
        // Mapping unknown VR interactions is the operator's task, so callers who see only their own sessions do not get
        // them.
        if caller.seesOnlyOwn { statistics.unknownInteractions = [] }
        return identities.shown(statistics, to: caller)
    }

    /// The newest results of those that count.
    func results(_ call: Call, limit: Int) async throws -> SessionResults {
        let caller = try call.context.caller()
        var results = try await store.results(matching: try await figureFilter(of: call), limit: limit)
        for index in results.items.indices {
            results.items[index].summary = identities.shown(results.items[index].summary, to: caller)
        }
        return results
    }

    /// The values of a field in the sessions that count, whatever the request asks for.
    func values(of field: SessionField, _ call: Call, limit: Int) async throws -> [String] {
        var filter = SessionFilter(.counted)
        let caller = try call.context.caller()
        if caller.seesOnlyOwn { filter.createdBy = caller.name }
        return try await store.values(of: field, matching: filter, limit: limit)
    }

    /// What the request asks for, as a query of the store.
    func filter(of call: Call, _ visibility: Set<SessionVisibility>) async throws -> SessionFilter {
        let caller = try call.context.caller()
        let filter = try Self.query(of: call).filter(for: caller, visibility)
        return try await identities.resolved(filter, of: caller, in: store)
    }

    /// The same for figures. Numbers that the caller must not see yet enter none: a figure of one session would tell
    /// them.
    private func figureFilter(of call: Call) async throws -> SessionFilter {
        var filter = try await self.filter(of: call, .counted)
        filter.leavesOutBlind = try call.context.caller().isBlinded
        return filter
    }

    private func page(_ call: Call, _ visibility: Set<SessionVisibility>) async throws -> SessionPage {
        let (caller, query) = (try call.context.caller(), try Self.query(of: call))
        var filter = try await self.filter(of: call, visibility)
        // To be in the list of an outcome would tell the outcome.
        filter.leavesOutBlind = caller.isBlinded && filter.outcome != nil
        var page = try await store.sessions(
            matching: filter, limit: try query.limit(), after: query["cursor"])
        page.items = page.items.map { shown($0, to: caller) }
        return page
    }

    /// The sessions that wait for a trainer.
    func awaitingReview(_ call: Call) async throws -> SessionPage {
        let (caller, query) = (try call.context.caller(), try Self.query(of: call))
        var filter = SessionFilter(.counted)
        filter.awaitsReview = true
        var page = try await store.sessions(matching: filter, limit: try query.limit(), after: query["cursor"])
        page.items = page.items.map { shown($0, to: caller) }
        return page
    }

    private static func query(of call: Call) throws(Problem) -> Query {
        guard let query = call.query else { throw .sessionNotFound }
        return query
    }
}
