import Domain
import Foundation
import Logging
import OpenAI
import ServiceLifecycle
import Storage
import Traces

/// Takes a scoring job, has it judged, and stores the result or the reason why there is none.
struct ScoringDesk: Sendable {
    /// How long a job stays taken when its scorer dies. A live scorer renews the lease, so that no other scorer starts
    /// on the job.
    static let lease = TimeInterval(20)
    static let renewal = Duration.seconds(5)
    static let judgementLimit = Duration.seconds(150)
    static let attempts = 3
    /// Before the second and the third attempt, in seconds.
    static let pauses: [TimeInterval] = [5, 30]
    /// Pauses between attempts to reach an unavailable database. The longest is short beside the lease, which nobody
    /// renews meanwhile.
    static let storePauses = (shortest: Duration.milliseconds(250), longest: Duration.seconds(1))

    enum Result: Sendable {
        case scored
        case failed(code: String, message: String, final: Bool)
    }

    let scorer: Scorer
    let store: any SessionStore
    let instance: String
    let metrics: ScoringMetrics
    let logger: Logger
    /// Nil if nobody wants traces.
    var tracer: Tracer?
    var now: @Sendable () -> Date = { Date() }

    /// Works on one session's job, or on the oldest that is due.
    ///
    /// A job that the stop of this process or an outage of the database interrupts is given back, and the attempt does
    /// not count.
    ///
    /// - Returns: nil when no such job is available now.
    /// - Throws: `StorageError`, or `CancellationError` when the process stops.
    func work(on id: SessionID?) async throws -> Result? {
        // Each run has its own lease: a late event makes the job due again, and this process may take it while its
        // earlier run is still judging the record without that event.
        let owner = "\(instance)#\(UUID().uuidString)"
        guard
            let record = try await store.lease(
                .scoring, of: id, for: owner, until: now().addingTimeInterval(Self.lease), now: now())
        else { return nil }
        let attempt = record.pipeline.scoring.attempts
        var logger = logger
        logger[metadataKey: "sessionId"] = "\(record.sessionId)"
        // A job that kills its process every time must not be retried forever.
        guard attempt <= Self.attempts else {
            return try await giveUp(
                record, owner, code: "too_many_attempts",
                message: record.pipeline.scoring.lastError ?? "the scorer died \(Self.attempts) times", logger)
        }
        let begin = ContinuousClock.now
        let span = record.tokenHash.flatMap { tracer?.begin("score", in: TraceContext(ofCall: $0)) }
        // As failed, unless it has ended before.
        defer { span?.end(failed: true) }
        do {
            let (judgement, isStored) = try await cancelWhenGracefulShutdown {
                let judgement = try await TraceSpan.$current.withValue(span) { try await judge(record, as: owner) }
                // A judgement has cost money, so it waits for the database.
                return try await (
                    judgement,
                    onceReachable {
                        try await store.finishScoring(
                            record.sessionId, owner: owner, score: judgement.score, outcome: judgement.outcome)
                    }
                )
            }
            guard isStored else {
                logger.warning("the lease was lost; the result is dropped")
                return nil
            }
            span?.end()
            let isFirst = judgement.score.revision == 1
            metrics.scored(
                after: .now - begin, sinceEnd: isFirst ? record.endedAt.map { now().timeIntervalSince($0) } : nil)
            logger.info(
                "scored",
                metadata: [
                    "attempt": "\(attempt)", "revision": "\(judgement.score.revision)",
                    "flags": "\(judgement.score.flags)",
                ])
            return .scored
        } catch is LeaseLost {
            logger.warning("the lease was lost; another scorer has the job")
            return nil
        } catch let error as OpenAIError where !Task.isShuttingDownGracefully && !Task.isCancelled {
            logger.warning("not scored", metadata: ["attempt": "\(attempt)", "error": "\(error)"])
            guard error.isWorthAnotherTry, attempt < Self.attempts else {
                return try await giveUp(record, owner, code: error.code.rawValue, message: error.message, logger)
            }
            let pause = Self.pauses[min(max(attempt - 1, 0), Self.pauses.count - 1)]
            try await store.failJob(
                .scoring, of: record.sessionId, owner: owner, error: "\(error.code.rawValue): \(error.message)",
                retryAt: now().addingTimeInterval(pause))
            return .failed(code: error.code.rawValue, message: error.message, final: false)
        } catch  where Self.isInterruption(error) {
            logger.info("given back", metadata: ["error": "\(error)"])
            await giveBack(record.sessionId, owner)
            throw error
        }
    }

    /// The process stops, or the database is unavailable: neither says anything about the job. After any other error
    /// the attempt counts, and the lease expires.
    private static func isInterruption(_ error: any Error) -> Bool {
        Task.isShuttingDownGracefully || Task.isCancelled || error is CancellationError
            || (error as? StorageError)?.code == .unavailable
    }

    /// If the database stays unavailable for longer than a process may take to stop, the lease expires.
    private func giveBack(_ id: SessionID, _ owner: String) async {
        for _ in 0..<10 {
            do { return try await store.returnJob(.scoring, of: id, owner: owner) } catch {
                do { try await Task.sleep(for: Self.storePauses.shortest) } catch { return }
            }
        }
    }

    /// Repeats a call while the database is unavailable.
    private func onceReachable<Value>(_ call: () async throws -> Value) async throws -> Value {
        var pause = Self.storePauses.shortest
        while true {
            do { return try await call() } catch let error as StorageError where error.code == .unavailable {
                logger.debug("the database is unavailable", metadata: ["error": "\(error)"])
                try await Task.sleep(for: pause)
                pause = min(pause * 2, Self.storePauses.longest)
            }
        }
    }

    /// Renews the lease until it is lost to another scorer, whose result then counts.
    private func keepLease(of id: SessionID, as owner: String) async throws -> Never {
        while true {
            try await Task.sleep(for: Self.renewal)
            do {
                let until = now().addingTimeInterval(Self.lease)
                guard try await store.renew(.scoring, of: id, owner: owner, until: until) else {
                    throw LeaseLost()
                }
            } catch let error as StorageError {
                // The lease is still valid for a while, and storing the result checks it again.
                logger.debug("lease not renewed", metadata: ["sessionId": "\(id)", "error": "\(error)"])
            }
        }
    }

    private struct LeaseLost: Error {}

    private func giveUp(
        _ record: SessionRecord, _ owner: String, code: String, message: String, _ logger: Logger
    ) async throws -> Result {
        try await store.failJob(
            .scoring, of: record.sessionId, owner: owner, error: "\(code): \(message)", retryAt: nil)
        metrics.gaveUp()
        logger.error("scoring has failed permanently", metadata: ["code": "\(code)"])
        return .failed(code: code, message: message, final: true)
    }

    private func judge(_ record: SessionRecord, as owner: String) async throws -> Judgement {
        try await withThrowingTaskGroup(of: Judgement.self) { group in
            group.addTask { try await scorer.judgement(of: record) }
            group.addTask { try await keepLease(of: record.sessionId, as: owner) }
            group.addTask {
                try await Task.sleep(for: Self.judgementLimit)
                throw OpenAIError(.timeout, "no judgement within the time limit")
            }
            defer { group.cancelAll() }
            guard let judgement = try await group.next() else { throw CancellationError() }
            return judgement
        }
    }
}
