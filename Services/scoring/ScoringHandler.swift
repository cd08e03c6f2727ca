import Domain
import ServiceLifecycle
import Storage
import Wire

/// Answers relays that request the scoring of a session, once it is scored or it is clear that it will not be.
///
/// The message only saves time. The job is in the store, and the answer is the same whether this process or another one
/// takes it, by message or by sweep.
struct ScoringHandler: Sendable {
    /// Maximum number of concurrent requests of one connection; further ones wait unread.
    static let concurrency = 32
    /// Maximum time for an answer: three attempts, their pauses and some margin.
    static let patience = Duration.seconds(600)

    let desk: ScoringDesk
    let store: any SessionStore
    var clock: any Clock<Duration> = ContinuousClock()

    func serve(_ connection: Connection) async throws {
        try await connection.answer(ScoringRequest.self, atMost: Self.concurrency) { request in
            switch request {
            case .score(let id, let sessionId): await reply(to: id, for: sessionId)
            }
        }
    }

    private func reply(to id: String, for sessionId: SessionID) async -> ScoringReply {
        func failed(_ code: String, _ message: String, final: Bool) -> ScoringReply {
            .failed(id: id, sessionId: sessionId, code: code, message: message, final: final)
        }
        let begin = ContinuousClock.now
        do {
            while ContinuousClock.now - begin < Self.patience {
                switch try await desk.work(on: sessionId) {
                case .scored: return .scored(id: id, sessionId: sessionId)
                case .failed(let code, let message, true): return failed(code, message, final: true)
                case .failed, nil: break
                }
                guard let record = try await store.session(sessionId) else {
                    return failed("session_not_found", "there is no session \(sessionId)", final: true)
                }
                let job = record.pipeline.scoring
                switch job.state {
                case .done: return .scored(id: id, sessionId: sessionId)
                case .failed: return failed("scoring_failed", job.lastError ?? "scoring has failed", final: true)
                case .idle: return failed("session_not_ended", "session \(sessionId) has not ended", final: false)
                case .pending, .leased: break
                }
                // Its next attempt is not due yet, or another run is working on it.
                // A client that waits learns of the stop at once and asks another process.
                try await cancelWhenGracefulShutdown { try await clock.sleep(for: .milliseconds(500)) }
            }
            return failed("still_pending", "the session is not scored yet; scoring continues", final: false)
        } catch let error as StorageError {
            return failed("storage_unavailable", error.message, final: false)
        } catch {
            return failed("stopped", "this process is stopping; another one takes over", final: false)
        }
    }
}
