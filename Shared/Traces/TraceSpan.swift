public import Foundation
import Synchronization

/// Something that took time, in the trace of a session. Holds no word of anybody: texts are names of models, processes
/// and codes.
public final class TraceSpan: Sendable {
    public enum Value: Hashable, Sendable {
        case text(String)
        case number(Int)
    }

    struct State: Sendable {
        var attributes: [String: Value]
        var isFailed = false
        var isEnded = false
    }

    /// What asks models inside it may add to it.
    @TaskLocal public static var current: TraceSpan?

    let name: String
    let context: TraceContext
    let parent: String?
    let start: Date
    private let state: Mutex<State>
    private let tracer: Tracer

    init(
        _ name: String, _ context: TraceContext, parent: String?, start: Date, attributes: [String: Value],
        tracer: Tracer
    ) {
        self.name = name
        self.context = context
        self.parent = parent
        self.start = start
        self.tracer = tracer
        state = Mutex(State(attributes: attributes))
    }

    public func set(_ key: String, _ value: Value) {
        state.withLock { $0.attributes[key] = value }
    }

    /// Counts what a model was asked, under OpenTelemetry's names. Several answers add up.
    public func asked(model: String, inputTokens: Int?, outputTokens: Int?) {
        state.withLock { state in
            state.attributes["gen_ai.operation.name"] = .text("chat")
            state.attributes["gen_ai.request.model"] = .text(model)
            for (key, count) in [
                ("gen_ai.usage.input_tokens", inputTokens), ("gen_ai.usage.output_tokens", outputTokens),
            ] {
                var total = max(0, min(count ?? 0, 1 << 40))
                if case .number(let before)? = state.attributes[key] { total += before }
                state.attributes[key] = .number(total)
            }
        }
    }

    /// Once; a later call changes nothing.
    public func end(failed: Bool = false, at time: Date = Date()) {
        let attributes: [String: Value]? = state.withLock { state in
            guard !state.isEnded else { return nil }
            state.isEnded = true
            return state.attributes
        }
        guard let attributes else { return }
        tracer.take(
            FinishedSpan(
                name: name, context: context, parent: parent, start: start, end: max(start, time),
                attributes: attributes, isFailed: failed))
    }
}

struct FinishedSpan: Sendable {
    var name: String
    var context: TraceContext
    var parent: String?
    var start: Date
    var end: Date
    var attributes: [String: TraceSpan.Value]
    var isFailed: Bool
}
