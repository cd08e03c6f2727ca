public import Foundation
public import HTTPClient
public import Logging
public import ServiceLifecycle
import Synchronization

/// Sends spans to a collector (OTLP over HTTP, as JSON). Nobody waits for it: spans that come faster than it takes them
/// are dropped, and so is what it refuses.
public final class Tracer: Service, Sendable {
    /// Spans that wait. About a minute of a busy relay.
    private static let mostWaiting = 2_048
    private static let mostAtOnce = 256
    private static let pause = Duration.seconds(1)
    private static let patience = Duration.seconds(5)

    private struct State {
        var waiting: [FinishedSpan] = []
        var dropped = 0
    }

    private let endpoint: String
    private let resource: [String: TraceSpan.Value]
    private let client: HTTPClient
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameters:
    ///   - endpoint: base address of the collector, such as `http://localhost:4318`.
    ///   - service: name of the process.
    public init(to endpoint: URL, service: String, instance: String, client: HTTPClient, logger: Logger) {
        let base = endpoint.absoluteString
        self.endpoint = (base.hasSuffix("/") ? String(base.dropLast()) : base) + "/v1/traces"
        resource = [
            "service.namespace": .text("bat-vr-trainer"), "service.name": .text("bat-\(service)"),
            "service.instance.id": .text(instance),
        ]
        self.client = client
        self.logger = logger
    }

    /// A span below another one of any process.
    public func begin(
        _ name: String, in parent: TraceContext, at start: Date = Date(), _ attributes: [String: TraceSpan.Value] = [:]
    ) -> TraceSpan {
        let id = String(format: "%016llx", UInt64.random(in: 1...UInt64.max))
        return TraceSpan(
            name, TraceContext(trace: parent.trace, span: id), parent: parent.span, start: start,
            attributes: attributes, tracer: self)
    }

    /// The span that all others of a session are below.
    public func beginCall(_ context: TraceContext) -> TraceSpan {
        TraceSpan("call", context, parent: nil, start: Date(), attributes: [:], tracer: self)
    }

    var waitingSpans: Int { state.withLock { $0.waiting.count } }

    func take(_ span: FinishedSpan) {
        state.withLock { state in
            guard state.waiting.count < Self.mostWaiting else { return state.dropped += 1 }
            state.waiting.append(span)
        }
    }

    /// Returns after the graceful shutdown, once what waits is sent or refused.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.pause)
                await self.sendWaiting()
            }
        }
        await sendWaiting()
    }

    private func sendWaiting() async {
        while true {
            let (batch, dropped) = state.withLock { state in
                let batch = Array(state.waiting.prefix(Self.mostAtOnce))
                state.waiting.removeFirst(batch.count)
                defer { state.dropped = 0 }
                return (batch, state.dropped)
            }
            if dropped > 0 { logger.warning("spans dropped", metadata: ["spans": "\(dropped)"]) }
            guard !batch.isEmpty else { return }
            do {
                let answer = try await client.send(
                    HTTPRequest(
                        "POST", endpoint, headers: ["Content-Type": "application/json"],
                        body: OTLP.body(of: batch, resource), timeout: Self.patience, bodyLimit: 64 << 10))
                guard (200..<300).contains(answer.status) else { throw Refused(status: answer.status) }
            } catch {
                logger.debug("spans not sent", metadata: ["spans": "\(batch.count)", "error": "\(error)"])
                return
            }
        }
    }

    private struct Refused: Error {
        let status: Int
    }
}
