import Domain
import Storage

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
