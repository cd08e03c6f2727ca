import Domain
import Foundation
import Logging
import Storage

/// Tells BatMan to delete what it got of sessions that were erased. The tombstone remembers each export until BatMan has
/// confirmed, so that nothing is forgotten when a process dies; to ask twice does no harm.
struct WithdrawalOutbox: Sendable {
    /// Requests in one round.
    private static let mostAtOnce = 100

    let store: any SessionStore
    let client: BatManClient
    let logger: Logger
    var now: @Sendable () -> Date = { Date() }
    private let metrics = ReportsMetrics()

    init(
        store: any SessionStore, client: BatManClient, logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.store = store
        self.client = client
        self.logger = logger
        self.now = now
    }

    /// Sends what is due.
    ///
    /// - Throws: `StorageError`, `CancellationError`.
    func run() async throws {
        for (session, withdrawal) in try await store.dueWithdrawals(at: now(), limit: Self.mostAtOnce) {
            try await send(withdrawal, of: session)
        }
    }

    private func send(_ withdrawal: Withdrawal, of session: SessionID) async throws {
        var tried = withdrawal
        tried.attempts += 1
        let delivery = try await client.withdraw(withdrawal.exportId)
        switch delivery {
        case .delivered: return try await store.note(tried, of: session, isDone: true)
        case .refused(let reason):
            // An operator who puts the credential right should not have to start this again.
            tried.lastError = reason
            tried.nextAttemptAt = now().addingTimeInterval(3_600)
        case .failed(let reason, let retryAfter, _):
            tried.lastError = reason
            tried.nextAttemptAt = now().addingTimeInterval(
                max(Self.delay(afterAttempt: tried.attempts), retryAfter ?? 0))
        }
        if tried.attempts >= Self.mostAttempts {
            tried.nextAttemptAt = nil
            metrics.gaveUp(.withdrawal)
        }
        logger.warning(
            "BatMan has not deleted an export yet",
            metadata: [
                "sessionId": "\(session)", "exportId": "\(tried.exportId)", "attempts": "\(tried.attempts)",
                "error": "\(tried.lastError ?? "none")",
            ])
        try await store.note(tried, of: session, isDone: false)
    }

    /// Total number of attempts: about a month.
    static let mostAttempts = 720

    /// Seconds.
    static func delay(afterAttempt attempt: Int) -> TimeInterval {
        min(3_600, 10 * pow(2, Double(min(max(attempt, 1), 10) - 1)))
    }
}
