import Domain
import Logging
import OpenAI
import Traces
import Wire

/// Runs one supervised session: passes inputs to it, and performs its pauses and evaluations. Every task that it starts
/// ends with `run`.
final class SessionRun: Sendable {
    typealias Input = SupervisedSession.Input

    /// Maximum number of queued inputs. Each is handled in microseconds, so a full queue means a serious fault; further
    /// inputs are lost, but only to the supervisor.
    static let queueLimit = 4_096

    private let session: SupervisedSession
    private let evaluator: Evaluator
    private let debounce: Duration
    private let clock: any Clock<Duration>
    private let metrics: SupervisorMetrics
    private let logger: Logger
    private let beginSpan: @Sendable () -> TraceSpan?
    private let send: @Sendable (SupervisorMessage) -> Void
    private let inputs: AsyncStream<Input>
    private let feed: AsyncStream<Input>.Continuation

    init(
        _ session: SupervisedSession, evaluator: Evaluator, debounce: Duration, clock: any Clock<Duration>,
        metrics: SupervisorMetrics, logger: Logger, beginSpan: @escaping @Sendable () -> TraceSpan? = { nil },
        send: @escaping @Sendable (SupervisorMessage) -> Void
    ) {
        self.session = session
        self.evaluator = evaluator
        self.debounce = debounce
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
        self.beginSpan = beginSpan
        self.send = send
        (inputs, feed) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.queueLimit))
    }

    func receive(_ input: Input) {
        if case .dropped = feed.yield(input) { logger.error("input dropped: the queue is full") }
    }

    func stop() { feed.finish() }

    func run() async {
        var session = session
        await withDiscardingTaskGroup { group in
            func perform(_ actions: [SupervisedSession.Action]) {
                for action in actions {
                    switch action {
                    case .send(let message): send(message)
                    case .pause(let number):
                        group.addTask {
                            guard (try? await self.clock.sleep(for: self.debounce)) != nil else { return }
                            self.receive(.pauseOver(number))
                        }
                    case .evaluate(let evaluation): group.addTask { await self.evaluate(evaluation) }
                    }
                }
            }
            perform(session.begin())
            for await input in inputs { perform(session.handle(input)) }
            group.cancelAll()
        }
    }

    private func evaluate(_ evaluation: Evaluation) async {
        let begin = ContinuousClock.now
        metrics.evaluationBegan()
        defer { metrics.evaluationEnded(after: .now - begin) }
        let span = beginSpan()
        defer { span?.end() }
        do {
            receive(
                .evaluated(
                    try await TraceSpan.$current.withValue(span) { try await evaluator.verdict(for: evaluation) }))
        } catch is CancellationError {
            return
        } catch {
            let code = (error as? OpenAIError)?.code.rawValue ?? "evaluation_failed"
            logger.warning(
                "no verdict", metadata: ["evalSeq": "\(evaluation.evalSeq)", "error": "\(error)"])
            span?.end(failed: true)
            receive(.evaluationFailed(evalSeq: evaluation.evalSeq, code: code))
        }
    }
}
