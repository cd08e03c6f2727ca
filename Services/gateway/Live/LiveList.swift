import Domain
import Foundation
import Storage

/// Which sessions are live, and what has changed about them since it was told. Sessions that have ended stay in it until
/// they are scored and filed.
struct LiveList: Sendable {
    /// Seconds after which an ended session is forgotten, even if its files are not written: as long as a stream lasts
    /// at most, so that the next one begins with what is live.
    static let patience: TimeInterval = 600

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
    ///   - ended: of those in `left(by:)` the ones that still exist. One that is live has made room for newer ones.
    mutating func take(active: [SessionSummary], ended: [SessionSummary], now: Date) -> Change {
        var change = Change()
        let missing = left(by: active).subtracting(ended.map(\.sessionId))
        for summary in active + ended where known.updateValue(summary, forKey: summary.sessionId) != summary {
            change.sessions.append(summary)
        }
        for summary in ended where summary.status == .ended {
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
