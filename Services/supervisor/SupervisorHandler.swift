import Compliance
import Domain
import Logging
import Traces
import Wire

/// Serves the connections of relays. Each session that a relay opens runs in its own task, which ends with the session
/// or with the connection, whichever comes first.
struct SupervisorHandler: Sendable {
    /// Maximum number of sessions on one connection; a relay has 500 by default. Further ones are not supervised, and
    /// the relay is notified.
    static let sessionLimit = 5_000

    let evaluator: Evaluator
    let catalog: ComplianceCatalog
    let rules: RuleSettings
    let debounce: Duration
    var clock: any Clock<Duration> = ContinuousClock()
    let metrics: SupervisorMetrics
    let logger: Logger
    /// Nil if nobody wants traces.
    var tracer: Tracer?

    func serve(_ connection: Connection) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            var sessions: [SessionID: SessionRun] = [:]
            defer { for run in sessions.values { run.stop() } }
            for try await packet in connection.packets {
                let message: SupervisorMessage
                do {
                    message = try packet.decode()
                } catch is UnknownMessageType {
                    continue
                } catch {
                    // One session's message, on a link that carries all.
                    logger.warning("a relay sent an invalid message", metadata: ["error": "\(error)"])
                    continue
                }
                switch message {
                case .open(let snapshot):
                    sessions.removeValue(forKey: snapshot.sessionId)?.stop()
                    guard sessions.count < Self.sessionLimit else {
                        try? connection.send(
                            SupervisorMessage.evaluationFailed(
                                sessionId: snapshot.sessionId, evalSeq: snapshot.evalSeq + 1, code: "worker_full"))
                        continue
                    }
                    let run = run(of: snapshot, for: connection)
                    sessions[snapshot.sessionId] = run
                    group.addTask { await run.run() }
                case .utterance(let id, let utterance): sessions[id]?.receive(.utterance(utterance))
                case .event(let id, let event): sessions[id]?.receive(.event(event))
                case .close(let id): sessions.removeValue(forKey: id)?.stop()
                // Messages that a supervisor sends but never receives.
                case .verdict, .finding, .heard, .lapse, .evaluationFailed: continue
                }
            }
        }
    }

    private func run(of snapshot: SupervisorMessage.Snapshot, for connection: Connection) -> SessionRun {
        var logger = logger
        logger[metadataKey: "sessionId"] = "\(snapshot.sessionId)"
        if let asked = snapshot.rules?.rulebook, asked != catalog.rulebook.hash {
            // Live findings follow this process's rules; the score follows those that the session was created with.
            logger.warning("the session was created with another rulebook", metadata: ["rulebook": "\(asked)"])
        }
        let session = SupervisedSession(snapshot, catalog: catalog, rules: rules)
        return SessionRun(
            session, evaluator: evaluator, debounce: debounce, clock: clock, metrics: metrics, logger: logger,
            beginSpan: { [tracer] in
                guard let tracer, let parent = snapshot.trace.flatMap({ TraceContext(traceparent: $0) }) else {
                    return nil
                }
                return tracer.begin("evaluation", in: parent)
            },
            send: { message in
                // A relay that loses this connection opens the session on another worker, with everything that it
                // knows.
                try? connection.send(message)
            })
    }
}
