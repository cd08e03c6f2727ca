import Domain
import Foundation
import Metrics
import Synchronization

/// The looks at sessions, one or many, that are still to be stored. A look must not wait for the database, so it goes
/// into a bounded queue; `AuditWriter` empties it.
final class AuditLog: Sendable {
    /// A second look of the same person at the same within this time is the same entry, in seconds.
    static let window: TimeInterval = 600
    static let lost = "bat_audit_lost_total"
    /// Maximum number of entries that wait. More means that the database has been away for a while.
    private static let mostWaiting = 1_000
    /// Maximum number of recent looks that are remembered.
    private static let mostRecent = 10_000

    private struct Look: Hashable {
        var actor: String
        var action: AuditEntry.Action
        var sessionId: SessionID?
        /// Of a look at many, which.
        var detail: String?
    }

    private let recent = Mutex<[Look: Date]>([:])
    let waiting: AsyncStream<AuditEntry>
    private let queue: AsyncStream<AuditEntry>.Continuation

    private let losses = Counter(label: AuditLog.lost)

    init() {
        (waiting, queue) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.mostWaiting))
    }

    func note(_ entry: AuditEntry) {
        guard isNews(entry) else { return }
        if case .dropped = queue.yield(entry) { losses.increment() }
    }

    func finish() { queue.finish() }

    /// Whether this process has seen the actor look at the session lately.
    func hasLooked(_ actor: String, at id: SessionID) -> Bool {
        recent.withLock { recent in
            AuditEntry.Action.looks.contains { recent[Look(actor: actor, action: $0, sessionId: id)] != nil }
        }
    }

    private func isNews(_ entry: AuditEntry) -> Bool {
        recent.withLock { recent in
            let look = Look(
                actor: entry.actor, action: entry.action, sessionId: entry.sessionId,
                detail: entry.sessionId == nil ? entry.detail : nil)
            if let last = recent[look], abs(entry.time.timeIntervalSince(last)) < Self.window { return false }
            if recent.count >= Self.mostRecent {
                recent = recent.filter { abs(entry.time.timeIntervalSince($0.value)) < Self.window }
                if recent.count >= Self.mostRecent { recent.removeAll() }
            }
            recent[look] = entry.time
            return true
        }
    }
}
