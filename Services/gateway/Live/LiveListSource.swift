import Domain
import Foundation
import JSON
import Storage

/// `GET /api/live`: events `state`, then `change`.
struct LiveListSource: LiveSource {
    /// Maximum number of live sessions that are told, the newest first.
    static let most = 200

    let store: any SessionStore
    let reads: LiveReads
    /// What the caller may see and asks for, live or ended.
    let filter: SessionFilter
    let caller: Principal
    let sessions: VisibleSessions
    let now: @Sendable () -> Date
    private var list = LiveList()
    private var isFirst = true

    init(
        store: any SessionStore, reads: LiveReads, filter: SessionFilter, caller: Principal, sessions: VisibleSessions,
        now: @escaping @Sendable () -> Date
    ) {
        self.store = store
        self.reads = reads
        self.filter = filter
        self.caller = caller
        self.sessions = sessions
        self.now = now
    }

    private struct Told: Encodable {
        var sessions: [SessionSummary]
        var gone: [SessionID]?
        /// False if there are more live sessions than are told.
        var isComplete: Bool?
    }

    mutating func news() async throws -> LiveNews {
        var live = filter
        live.status = .active
        let active = try await reads.items(live)
        let left = list.left(by: active)
        var ended: [SessionSummary] = []
        if !left.isEmpty {
            var rest = filter
            rest.sessionIds = left
            ended = try await store.sessions(matching: rest, limit: left.count, after: nil).items
        }
        let change = list.take(active: active, ended: ended, now: now())
        let shown = change.sessions.map { sessions.shown($0, to: caller) }
        defer { isFirst = false }
        if isFirst {
            let state = Told(sessions: shown, isComplete: active.count < Self.most)
            return LiveNews(events: [LiveEvent("state", try APIJSON.tree(state))])
        }
        guard !change.isEmpty else { return LiveNews() }
        return LiveNews(events: [
            LiveEvent("change", try APIJSON.tree(Told(sessions: shown, gone: change.gone.isEmpty ? nil : change.gone)))
        ])
    }
}
