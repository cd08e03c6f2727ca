import Domain
import Logging
import Storage
import Wire

/// What follows a stored session: it is scored, the client gets the result, and its files are written.
///
/// Scoring and reports would find the session in their sweeps as well; a request is faster.
struct AfterCall: Sendable {
    struct Result: Sendable {
        var score: Scorecard?
        /// A stable code, when there is no score.
        var error: String?
    }

    let store: any SessionStore
    let scoring: RequestClient
    let reports: RequestClient
    let logger: Logger
    var patience = Duration.seconds(600)

    /// Returns within `patience` plus the time limit of one request.
    func score(_ id: SessionID) async -> Result {
        let deadline = ContinuousClock.now + patience
        var pause = Duration.milliseconds(250)
        var lastError = "scoring_pending"
        while ContinuousClock.now < deadline {
            do {
                let reply = try await scoring.request(
                    key: id.text, timeout: .seconds(240), reply: ScoringReply.self
                ) { ScoringRequest.score(id: $0, sessionId: id) }
                switch reply {
                case .scored:
                    if let score = try await store.session(id)?.score { return Result(score: score) }
                    lastError = "score_missing"
                case .failed(_, _, let code, let message, let final):
                    logger.warning(
                        "not scored", metadata: ["sessionId": "\(id)", "code": "\(code)", "message": "\(message)"])
                    lastError = code
                    if final { return Result(error: code) }
                }
            } catch is CancellationError {
                break
            } catch {
                logger.warning("scoring waits", metadata: ["sessionId": "\(id)", "error": "\(error)"])
            }
            do { try await Task.sleep(for: pause) } catch { break }
            pause = min(pause * 2, .seconds(10))
        }
        return Result(error: lastError)
    }

    /// Whether the session is being scored again.
    func isRescoring(_ id: SessionID) async -> Bool {
        do { return try await store.session(id)?.isRejudging ?? false } catch { return false }
    }

    /// Has the data files written, and again after late events. If this fails, the reports' sweep writes them.
    func file(_ id: SessionID) async {
        do {
            let reply = try await reports.request(key: id.text, timeout: .seconds(15), reply: ReportsReply.self) {
                ReportsRequest.file(id: $0, sessionId: id)
            }
            if case .failed(_, let code, let message) = reply {
                logger.warning(
                    "files not written", metadata: ["sessionId": "\(id)", "code": "\(code)", "message": "\(message)"])
            }
        } catch {
            logger.warning("files wait", metadata: ["sessionId": "\(id)", "error": "\(error)"])
        }
    }
}
