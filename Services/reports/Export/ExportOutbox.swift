import Domain
import Foundation
import Logging
import Storage

/// Stores exports before it sends them, so that none is lost and none arrives twice.
///
/// An export is `pending` while it is sent. It becomes `sent`; or `failed` with `nextAttemptAt`, and the sweep retries
/// it; or `failed` without it, a dead letter that only a person's new request retries.
actor ExportOutbox {
    /// Number of immediate attempts of one request before the sweep takes over.
    static let quickTries = 3
    /// A request is retried at once only while it is younger than this; the sweep deals with a BatMan that hangs, so
    /// that the requester need not wait.
    static let quickTime = Duration.seconds(5)
    /// Maximum number of exports sent at once. Further ones wait for the sweep, so that they do not hold up downloads.
    static let mostAtOnce = 8
    /// Total number of attempts before an export is given up: about half a day.
    static let mostAttempts = 20

    private let sessions: any SessionStore
    private let client: BatManClient
    private let logger: Logger
    private let now: @Sendable () -> Date
    private let pause: @Sendable (Duration) async throws -> Void
    private let metrics = ReportsMetrics()
    private var sending: Set<String> = []

    init(
        sessions: any SessionStore, client: BatManClient, logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() },
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.sessions = sessions
        self.client = client
        self.logger = logger
        self.now = now
        self.pause = pause
    }

    /// Sends a session that has ended. A session that was sent before and has not changed since is not sent again.
    ///
    /// - Returns: the export in its new state; its `status` is the result.
    /// - Throws: `StorageError`, `CancellationError`.
    func export(_ record: SessionRecord, tries: Int = ExportOutbox.quickTries) async throws -> ExportRecord {
        let content = BatManRecord(record)
        var export =
            record.exports.first { $0.exportId == content.exportId }
            ?? ExportRecord(exportId: content.exportId, status: .pending)
        if export.status == .sent {
            try await withdrawOthers(of: record, than: content.exportId)
            return export
        }
        guard !sending.contains(content.exportId) else { return export }
        guard sending.count < Self.mostAtOnce else {
            try await withdrawOthers(of: record, than: content.exportId)
            export.status = .pending
            export.nextAttemptAt = now()
            try await sessions.putExport(export, of: record.sessionId)
            return export
        }
        sending.insert(content.exportId)
        defer { sending.remove(content.exportId) }
        try await withdrawOthers(of: record, than: content.exportId)

        export.status = .pending
        // If this process dies now, the sweep of another process finds the export after this time.
        export.nextAttemptAt = now().addingTimeInterval(60)
        try await sessions.putExport(export, of: record.sessionId)
        try await send(content, as: &export, tries: tries)
        logger.log(
            level: export.status == .sent ? .info : .warning, "export \(export.status.rawValue)",
            metadata: [
                "sessionId": "\(record.sessionId)", "exportId": "\(export.exportId)", "attempts": "\(export.attempts)",
                "error": "\(export.lastError ?? "none")",
            ])
        if export.status == .failed, export.nextAttemptAt == nil {
            metrics.gaveUp(.export)
        }
        try await sessions.putExport(export, of: record.sessionId)
        return export
    }

    /// Retries one export that is due.
    ///
    /// - Returns: false when there is none, or too many are being sent.
    func retryDue() async throws -> Bool {
        guard sending.count < Self.mostAtOnce, let id = try await sessions.sessionWithDueExport(at: now()),
            let record = try await sessions.session(id)
        else { return false }
        _ = try await export(record, tries: 1)
        return true
    }

    private func send(_ content: BatManRecord, as export: inout ExportRecord, tries: Int) async throws {
        let begin = ContinuousClock.now
        for attempt in 1...max(1, tries) {
            export.attempts += 1
            switch try await client.send(content) {
            case .delivered:
                export.status = .sent
                export.sentAt = now()
                export.lastError = nil
                export.nextAttemptAt = nil
                return
            case .refused(let reason):
                export.status = .failed
                export.lastError = reason
                export.nextAttemptAt = nil
                return
            case .failed(let reason, let retryAfter, let mayRetryAtOnce):
                export.status = .failed
                export.lastError = reason
                export.nextAttemptAt = Self.delay(afterAttempt: export.attempts).map {
                    now().addingTimeInterval(max($0, retryAfter ?? 0))
                }
                guard mayRetryAtOnce, attempt < tries, ContinuousClock.now - begin < Self.quickTime else { return }
                try await pause(.milliseconds(250) * (1 << attempt))
            }
        }
    }

    /// Cancels exports of earlier states of the session: they must not arrive after the current one.
    private func withdrawOthers(of record: SessionRecord, than exportId: String) async throws {
        for var other in record.exports where other.exportId != exportId && other.nextAttemptAt != nil {
            other.status = .failed
            other.lastError = "superseded: the session has changed, and is exported as \(exportId)"
            other.nextAttemptAt = nil
            try await sessions.putExport(other, of: record.sessionId)
        }
    }

    /// Seconds until the sweep tries again; nil if it does not.
    static func delay(afterAttempt attempt: Int) -> TimeInterval? {
        guard attempt < mostAttempts else { return nil }
        return min(3600, 30 * pow(2, Double(max(0, attempt - quickTries))))
    }
}
