import Domain
import Foundation
import Logging
import Storage
import Traces

/// The job that follows scoring: leased in the store, so that exactly one process writes a session's files, and another
/// takes over when that one dies.
struct FilingJob: Sendable {
    enum Outcome: Equatable {
        /// Nothing is due: the job is done, not requested yet, or leased by another run.
        case nothingDue
        case filed(SessionID)
        case failed(SessionID, String)
    }

    /// In seconds; far longer than writing three files takes, and still an acceptable delay when a process dies.
    private static let lease: TimeInterval = 60

    let sessions: any SessionStore
    let archive: SessionArchive
    /// Name of this process; the owner of a lease begins with it.
    let owner: String
    let logger: Logger
    let now: @Sendable () -> Date
    let metrics = ReportsMetrics()
    /// Nil if nobody wants traces.
    var tracer: Tracer?

    /// Files one session.
    ///
    /// - Parameter id: the session; nil for the one that has been due the longest.
    /// - Throws: `StorageError`. The lease then expires by itself.
    func run(_ id: SessionID? = nil) async throws -> Outcome {
        let until = now().addingTimeInterval(Self.lease)
        // Each run has its own lease: a late event makes the job due again, and this process may take it while its
        // earlier run is still writing the record without that event.
        let owner = "\(self.owner)#\(UUID().uuidString)"
        guard let record = try await sessions.lease(.files, of: id, for: owner, until: until, now: now()) else {
            return .nothingDue
        }
        let span = record.tokenHash.flatMap { tracer?.begin("file", in: TraceContext(ofCall: $0)) }
        do {
            try await archive.writeFiles(of: record)
            span?.end()
        } catch {
            span?.end(failed: true)
            return try await giveBack(record, from: owner, after: error)
        }
        // False: events arrived meanwhile, or the lease expired. The next run of the job writes the newer state.
        guard try await sessions.finishFiles(record.sessionId, owner: owner) else { return .nothingDue }
        logger.info("session filed", metadata: ["sessionId": "\(record.sessionId)"])
        return .filed(record.sessionId)
    }

    private func giveBack(
        _ record: SessionRecord, from owner: String, after error: any Error
    ) async throws -> Outcome {
        let attempts = record.pipeline.files.attempts
        let delay = Self.delay(afterAttempt: attempts, isShortOfSpace: (error as? FileError)?.isShortOfSpace ?? false)
        let reason = "\(error)"
        logger.error(
            "data files not written",
            metadata: [
                "sessionId": "\(record.sessionId)", "error": "\(reason)", "attempt": "\(attempts)",
                "retrySeconds": "\(delay.map { "\($0)" } ?? "never")",
            ])
        if delay == nil { metrics.gaveUp(.files) }
        try await sessions.failJob(
            .files, of: record.sessionId, owner: owner, error: reason,
            retryAt: delay.map { now().addingTimeInterval($0) })
        return .failed(record.sessionId, reason)
    }

    /// Seconds until the next attempt; nil if there is none. On a full disk the attempts never end, so that the files
    /// appear once the operator has freed space.
    static func delay(afterAttempt attempt: Int, isShortOfSpace: Bool) -> TimeInterval? {
        let growing = 5 * pow(2, Double(min(max(attempt, 1), 10) - 1))
        if isShortOfSpace { return min(growing, 60) }
        return attempt < 8 ? min(growing, 300) : nil
    }
}
