import Domain
import Foundation
import JSON
import Storage

/// Which sessions are live, and what has changed about them since it was told. Sessions that have ended stay in it until
/// they are scored and filed.
struct LiveList: Sendable {
    /// Seconds after which an ended session is forgotten, even if its files are not written.
    static let patience: TimeInterval = 120

    struct Change: Equatable, Sendable {
        /// New or changed, newest first.
        var sessions: [SessionSummary] = []
        /// Erased, or no longer the caller's to see.
        var gone: [SessionID] = []

        var isEmpty: Bool { sessions.isEmpty && gone.isEmpty }
    }

    private var known: [SessionID: SessionSummary] = [:]
    private var endedAt: [SessionID: Date] = [:]

    /// Those that are not in a list of live sessions: they have ended since.
    func left(by active: [SessionSummary]) -> Set<SessionID> {
        Set(known.keys).subtracting(active.map(\.sessionId))
    }

    /// - Parameters:
    ///   - active: all live sessions.
    ///   - ended: of those in `left(by:)` the ones that still exist.
    mutating func take(active: [SessionSummary], ended: [SessionSummary], now: Date) -> Change {
        var change = Change()
        let missing = left(by: active).subtracting(ended.map(\.sessionId))
        for summary in active + ended where known.updateValue(summary, forKey: summary.sessionId) != summary {
            change.sessions.append(summary)
        }
        for summary in ended {
            let since = endedAt[summary.sessionId] ?? now
            endedAt[summary.sessionId] = since
            if summary.phase == .filed || now.timeIntervalSince(since) >= Self.patience { forget(summary.sessionId) }
        }
        for id in missing { forget(id) }
        change.gone = missing.sorted { $0.text < $1.text }
        change.sessions.sort { ($1.createdAt, $1.sessionId.text) < ($0.createdAt, $0.sessionId.text) }
        return change
    }

    private mutating func forget(_ id: SessionID) {
        known[id] = nil
        endedAt[id] = nil
    }
}

/// Reads the live sessions for all streams with the same filter at once.
actor LiveReads {
    private static let mostFilters = 64

    private let store: any SessionStore
    private let freshness: Duration
    private var latest: [SessionFilter: (at: ContinuousClock.Instant, items: [SessionSummary])] = [:]

    /// - Parameter freshness: how old an answer may be.
    init(_ store: any SessionStore, freshness: Duration) {
        self.store = store
        self.freshness = freshness
    }

    func items(_ filter: SessionFilter) async throws -> [SessionSummary] {
        let now = ContinuousClock().now
        if let last = latest[filter], now - last.at < freshness { return last.items }
        let items = try await store.sessions(matching: filter, limit: LiveListSource.most, after: nil).items
        if latest.count >= Self.mostFilters { latest = [:] }
        latest[filter] = (now, items)
        return items
    }
}

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
