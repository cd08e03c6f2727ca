import Domain
import Foundation
import HTTPTypes
import Storage
import Synchronization

/// Bounds how many sessions of one trainee, and of one API key, are live at once, in all gateways together.
///
/// A session that no client has connected to makes room for a new one: who starts again does not wait until the first
/// attempt expires. Requests that are under way in this gateway count too, so that many at once get no more than one
/// after the other; those of other gateways in the same moment do not.
final class SessionPlaces: Sendable {
    private struct Bound {
        var owner: SessionOwner
        var most: Int
        /// Seconds for which a session that nobody has connected to keeps its place; below 0 for none, even if the
        /// clocks of two gateways differ.
        var patience: TimeInterval
        var whose: String
    }

    /// Seconds in which a device that has just created a session connects to it. Only for keys, whose devices do not
    /// know of each other.
    private static let patienceOfKey: TimeInterval = 60
    private static let retryAfter = 30

    private let store: any SessionStore
    private let mostPerTrainee: Int
    private let mostPerKey: Int
    private let now: @Sendable () -> Date
    private let underWay = Mutex<[SessionOwner: Int]>([:])

    /// - Parameters:
    ///   - mostPerTrainee: 0 for no limit.
    ///   - mostPerKey: 0 for no limit.
    init(
        in store: any SessionStore, mostPerTrainee: Int, mostPerKey: Int, now: @escaping @Sendable () -> Date
    ) {
        self.store = store
        self.mostPerTrainee = mostPerTrainee
        self.mostPerKey = mostPerKey
        self.now = now
    }

    /// Creates a session once there is a place for it.
    ///
    /// - Throws: 429 with `Retry-After`, and what `create` throws.
    func take<Created>(
        forTrainee trainee: String, key: String, create: () async throws -> Created
    ) async throws -> Created {
        let bounds = [
            Bound(owner: .trainee(trainee, createdBy: key), most: mostPerTrainee, patience: -60, whose: "this trainee"),
            Bound(owner: .creator(key), most: mostPerKey, patience: Self.patienceOfKey, whose: "this API key"),
        ].filter { $0.most > 0 }
        let others = bounds.map { bound in
            underWay.withLock { underWay in
                let others = underWay[bound.owner, default: 0]
                underWay[bound.owner] = others + 1
                return others
            }
        }
        defer {
            underWay.withLock { underWay in
                for bound in bounds {
                    let left = underWay[bound.owner, default: 1] - 1
                    underWay[bound.owner] = left > 0 ? left : nil
                }
            }
        }
        for (bound, others) in zip(bounds, others) { try await makeRoom(bound, beside: others) }
        return try await create()
    }

    private func makeRoom(_ bound: Bound, beside others: Int) async throws {
        // Each round ends one session. More than a few are left over only after the limit was lowered.
        for _ in 0..<16 {
            guard try await store.liveSessions(of: bound.owner) + others >= bound.most else { return }
            let waiting = try await store.oldestUnstarted(
                of: bound.owner, createdBefore: now().addingTimeInterval(-bound.patience))
            guard let waiting else { break }
            _ = try await store.expireUnstarted(waiting)
        }
        throw Problem(
            .tooManyRequests, .tooManyLiveSessions,
            "At most \(bound.most) sessions of \(bound.whose) may be live at once. End one first.",
            retryAfter: Self.retryAfter)
    }
}
